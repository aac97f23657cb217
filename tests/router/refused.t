# Not running, or one device taken by somebody else: all stay with the host, which hears anew of what is
# down.
kbd plug
mouse plug
guest stopped
kbd press leftctrl
kbd press rightctrl
kbd release rightctrl
wait 200
guest running
mouse busy
mouse press btn_left
kbd press rightctrl
kbd release rightctrl
kbd release leftctrl
mouse release btn_left
kbd press a
kbd release a

host press leftctrl
host press rightctrl
toggle
refused guest
host release rightctrl
host press left
host press rightctrl
toggle
host release leftctrl
host release rightctrl
host release left
host press left
host release leftctrl bare
host release rightctrl bare
host press leftctrl
host press rightctrl
refused guest
host release rightctrl
host release leftctrl
host release left
host press a
host release a
