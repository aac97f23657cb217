# A hotkey of one side ends with it; one of both sides does not notice. Neither begins by a change of sides.
kbd plug
mouse plug
hotkey lasting guest f13
hotkey lasting f14
switch guest
kbd press f13
kbd press f14
switch host
kbd release f13
kbd release f14
kbd press f13
switch guest
mouse overflow
mouse recover
kbd release f13
kbd press f13
kbd release f13

side guest
hotkey 0 down
hotkey 1 down
side host
hotkey 0 up
host release f13 bare
host release f14 bare
hotkey 1 up
host press f13
host release f13
side guest
hotkey 0 down
hotkey 0 up
