# What a hotkey does may be its own end: that is told when it is done, so that nothing which begins with the
# keys begins behind their release. What goes up by a move may ask for another one, which waits for the first.
kbd plug
hotkey host down=to-guest up=to-host f13
hotkey guest down=to-host up=to-guest f14
hotkey lasting down=panic f15
hotkey lasting f16
kbd press f13
kbd release f13
# Begins and ends at the guest, as nobody holds it for the host.
switch guest
kbd press f14
kbd release f14
kbd press f16
kbd press f15
kbd release f15
kbd release f16
# Found to be up while devices move.
hotkey lasting up=panic f17
kbd press f17
kbd unread release f17
switch guest
switch host

host press f13
hotkey 0 down
host release f13
side guest
hotkey 0 up
side host
host release f13 bare
side guest
hotkey 1 down
side host
hotkey 1 up
host release f14 bare
side guest
hotkey 3 down
hotkey 2 down
panic
side host
hotkey 2 up
hotkey 3 up
host release f15 bare
host release f16 bare
host press f17
hotkey 4 down
host release f17
side guest
hotkey 4 up
panic
side host
