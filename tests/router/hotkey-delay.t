# A release delay bridges a gap in the holding; the longest time ends it for good, until it is let go.
kbd plug
hotkey lasting delay=200ms longest=5s f13
kbd press f13
kbd release f13
wait 100
kbd press f13
wait 1000
kbd release f13
wait 300
kbd press f13
wait 6000
kbd overflow
kbd recover
kbd release f13
kbd press f13
kbd release f13
wait 300

host press f13
hotkey 0 down
host release f13
host press f13
host release f13
hotkey 0 up
host press f13
hotkey 0 down
hotkey 0 up
host release f13
host press f13
hotkey 0 down
host release f13
hotkey 0 up
