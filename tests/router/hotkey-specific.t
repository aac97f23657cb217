# Of two hotkeys that end with the same key the one with more keys counts.
kbd plug
hotkey f12
hotkey leftctrl+f12
switch guest
kbd press f12
kbd release f12
kbd press leftctrl
kbd press f12
kbd release f12
kbd release leftctrl

side guest
hotkey 0 down
hotkey 0 up
guest press leftctrl
hotkey 1 down
hotkey 1 up
guest release leftctrl
