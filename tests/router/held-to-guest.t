# Keys and buttons held when the guest gets the input: released for the host, unknown to the guest, then usable.
kbd plug
mouse plug
kbd press w
mouse press btn_left
kbd press leftctrl
kbd press rightctrl
kbd repeat w
kbd release w
mouse release btn_left
kbd release leftctrl
kbd release rightctrl
kbd press w
kbd release w
mouse press btn_left
mouse release btn_left

host press w
host press left
host press leftctrl
host press rightctrl
toggle
host release w
host release leftctrl
host release rightctrl
host release left
side guest
guest press w
guest release w
guest press left
guest release left
