# The key that completes the chord in guest state: no press, no release reaches the guest, whenever it goes up.
kbd plug
switch guest
kbd press rightctrl
kbd press leftctrl
switch guest
kbd release leftctrl
kbd release rightctrl
kbd press leftctrl
kbd release leftctrl

side guest
guest press rightctrl
toggle
guest release rightctrl
side host
host release leftctrl bare
host release rightctrl bare
side guest
guest press leftctrl
guest release leftctrl
