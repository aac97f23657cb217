# Buttons under the names QEMU knows, the right meta key as the left one, and what the guest cannot have.
kbd plug
mouse plug
switch guest
mouse press btn_forward
mouse press extra
mouse release btn_forward
mouse release extra
mouse press btn_back
mouse release btn_back
mouse press task
mouse release task
kbd press rightmeta
kbd release rightmeta
kbd press rightmeta
kbd press leftmeta
kbd release rightmeta
kbd release leftmeta
kbd press power
kbd release power
kbd press sleep
kbd release sleep
kbd press btn_touch
kbd release btn_touch
kbd press micmute
kbd release micmute

side guest
guest press extra
guest release extra
guest press side
guest release side
guest press task
guest release task
guest press leftmeta
guest release leftmeta
guest press leftmeta
guest release leftmeta
guest press micmute
guest release micmute
