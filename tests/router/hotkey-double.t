# Twice within the time, and no other key in between.
kbd plug
hotkey f12 double=300ms
switch guest
kbd press f12
kbd release f12
wait 200
kbd press f12
kbd release f12
wait 200
kbd press f12
kbd release f12
wait 400
kbd press f12
kbd release f12
kbd press a
kbd release a
kbd press f12
kbd release f12

side guest
guest press f12
guest release f12
hotkey 0 down
hotkey 0 up
guest press f12
guest release f12
guest press f12
guest release f12
guest press a
guest release a
guest press f12
guest release f12
