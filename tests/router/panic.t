# Forces the host, with the last key never seen by the guest; also while the toggle is quiet, and also from
# what is found after a loss. In host state it changes nothing.
kbd plug
kbd press leftctrl
kbd press rightctrl
kbd release rightctrl
kbd press leftalt
kbd press leftshift
kbd press a
kbd press backspace
kbd release backspace
kbd press backspace
kbd release backspace
switch guest
kbd press x
kbd overflow
kbd press backspace
kbd recover
kbd release x

host press leftctrl
host press rightctrl
toggle
host release leftctrl
host release rightctrl
side guest
guest press leftalt
guest press leftshift
guest press a
panic
guest release a
guest release leftshift
guest release leftalt
side host
host release backspace bare
host press backspace
panic
host release backspace
host release leftctrl bare
host release a bare
host release leftshift bare
host release leftalt bare
side guest
guest press x
panic
guest release x
side host
host release x bare
