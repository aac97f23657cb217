# A keyboard is pulled out with keys held: the guest gets their releases, but not of what another still holds.
one plug
two plug
mouse plug
switch guest
one press w
one press leftshift
two press leftshift
mouse press btn_left
one unplug
two release leftshift
mouse unplug
two press a
two release a

side guest
guest press w
guest press leftshift
guest press left
guest release w
guest release leftshift
guest release left
guest press a
guest release a
