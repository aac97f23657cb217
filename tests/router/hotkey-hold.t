# Until it has been held for long enough nobody knows what the key is for: the guest sees it, and then sees it go.
kbd plug
hotkey f12 hold=500ms
switch guest
kbd press f12
wait 400
kbd release f12
wait 1000
kbd press f12
wait 600
kbd release f12

side guest
guest press f12
guest release f12
guest press f12
guest release f12
hotkey 0 down
hotkey 0 up
