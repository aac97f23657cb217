# A hotkey is the guest's business only if it passes; the host, whose devices are not grabbed, hears its keys anyway.
kbd plug
mouse plug
hotkey lasting mouse:extra | f13
hotkey guest pass leftmeta+f12
mouse press btn_extra
mouse release btn_extra
switch guest
mouse press btn_extra
kbd press w
mouse release btn_extra
kbd release w
kbd press f13
mouse press btn_extra
kbd release f13
mouse release btn_extra
kbd press leftmeta
kbd press f12
kbd release leftmeta
kbd release f12
switch host
kbd press leftmeta
kbd press f12
kbd release f12
kbd release leftmeta

host press extra
hotkey 0 down
host release extra
hotkey 0 up
side guest
hotkey 0 down
guest press w
hotkey 0 up
guest release w
hotkey 0 down
hotkey 0 up
guest press leftmeta
guest press f12
hotkey 1 down
guest release leftmeta
hotkey 1 up
guest release f12
side host
host press leftmeta
host press f12
host release f12
host release leftmeta
