# Both orders, both directions. The host sees two taps, the guest never both keys.
kbd plug
kbd press leftctrl
kbd press rightctrl
kbd release leftctrl
kbd release rightctrl
wait 200
kbd press a
kbd release a
kbd press rightctrl
kbd press leftctrl
kbd release leftctrl
kbd release rightctrl
kbd press b
kbd release b

host press leftctrl
host press rightctrl
toggle
host release leftctrl
host release rightctrl
side guest
guest press a
guest release a
guest press rightctrl
toggle
guest release rightctrl
side host
host release leftctrl bare
host release rightctrl bare
host press b
host release b
