# What ends a lasting hotkey, whatever happens: unplugged, an overflow, all let go. What an overflow has hidden counts.
kbd plug
two plug
hotkey lasting f13
hotkey f14
switch guest
kbd press f13
kbd unplug
two press f13
two overflow
two release f13
two recover
two overflow
two press f13
two press f14
two recover
two release f14
let-go
two overflow
two recover
two release f13
two press f13
two press leftctrl
two press leftalt
two press leftshift
two press backspace
two release f13
two release backspace
two release leftshift
two release leftalt
two release leftctrl
switch guest
two overflow
two press f13
two recover
two release f13

side guest
hotkey 0 down
hotkey 0 up
hotkey 0 down
hotkey 0 up
hotkey 0 down
hotkey 0 up
hotkey 0 down
guest press leftctrl
guest press leftalt
guest press leftshift
panic
hotkey 0 up
guest release leftctrl
guest release leftshift
guest release leftalt
side host
host release f13 bare
host release backspace bare
host release leftshift bare
host release leftalt bare
host release leftctrl bare
side guest
hotkey 0 down
hotkey 0 up
