# One modifier held on two keyboards is up for the guest when both are; a chord may be played across the two.
one plug
two plug
switch guest
one press leftshift
two press leftshift
one release leftshift
two press a
two release a
two release leftshift
one press leftctrl
two press rightctrl
one release leftctrl
two release rightctrl
wait 200
two press leftctrl
one press rightctrl

side guest
guest press leftshift
guest press a
guest release a
guest release leftshift
guest press leftctrl
toggle
guest release leftctrl
side host
host release leftctrl bare
host release rightctrl bare
host press leftctrl
host press rightctrl
toggle
host release rightctrl
host release leftctrl
side guest
