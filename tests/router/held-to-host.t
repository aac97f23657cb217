# Keys and buttons held when the host gets the input: released for the guest; the host hears of them only that
# they go up, and then uses them anew.
kbd plug
mouse plug
switch guest
kbd press w
mouse press btn_left
mouse press btn_side
kbd press leftctrl
kbd press rightctrl
kbd release w
mouse release btn_left
mouse release btn_side
kbd release rightctrl
kbd release leftctrl
kbd press w
kbd release w

side guest
guest press w
guest press left
guest press side
guest press leftctrl
toggle
guest release left
guest release side
guest release w
guest release leftctrl
side host
host release w bare
host release left bare
host release side bare
host release rightctrl bare
host release leftctrl bare
host press w
host release w
