# Within 150 ms of a toggle there is no second one; the guest still does not see the chord.
kbd plug
kbd press leftctrl
kbd press rightctrl
kbd release rightctrl
wait 100
kbd press rightctrl
kbd release rightctrl
wait 49
kbd press rightctrl
kbd release rightctrl
wait 1
kbd press rightctrl
kbd release rightctrl
kbd press rightctrl
kbd release rightctrl

host press leftctrl
host press rightctrl
toggle
host release leftctrl
host release rightctrl
side guest
toggle
side host
host release rightctrl bare
host press rightctrl
host release rightctrl
