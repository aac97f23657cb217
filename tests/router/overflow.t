# Events were lost: what went up meanwhile is released, what went down is pressed, and a chord that was completed
# meanwhile neither reaches the guest nor switches, but the next real press does.
kbd plug
switch guest
kbd press w
kbd press leftctrl
kbd overflow
kbd release w
kbd press q
kbd press rightctrl
kbd recover
kbd release q
kbd release rightctrl
kbd press rightctrl
kbd release rightctrl
kbd release leftctrl

side guest
guest press w
guest press leftctrl
guest release w
guest press q
guest release q
toggle
guest release leftctrl
side host
host release rightctrl bare
host release leftctrl bare
