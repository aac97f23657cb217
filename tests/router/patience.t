# With patience a toggle waits until all keys are up, but not for ever; asked again, it is called off.
kbd plug
mouse plug
patience 1500
mouse press btn_left
kbd press leftctrl
kbd press rightctrl
kbd release rightctrl
kbd release leftctrl
mouse release btn_left
kbd press w
wait 200
kbd press leftctrl
kbd press rightctrl
kbd release rightctrl
kbd release leftctrl
wait 2000
kbd release w
kbd press w
kbd press leftctrl
kbd press rightctrl
kbd release rightctrl
wait 200
kbd press rightctrl
kbd release rightctrl
kbd release leftctrl
wait 2000
kbd release w

host press left
host press leftctrl
host press rightctrl
host release rightctrl
host release leftctrl
host release left
toggle
side guest
guest press w
guest press leftctrl
guest release leftctrl
toggle
guest release w
side host
host release w bare
host press w
host press leftctrl
host press rightctrl
host release rightctrl
host press rightctrl
host release rightctrl
host release leftctrl
host release w
