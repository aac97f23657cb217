# A virtio mouse takes every button and a wheel's clicks at once, but no motion beyond a signed byte.
# Changing the path lets go of what the guest holds.
mouse plug
path virtio
switch guest
mouse press btn_forward
mouse release btn_forward
mouse press btn_back
mouse rel x 300 wheel -3
mouse rel hwheel 2
path evdev
mouse release btn_back
mouse press btn_back
mouse release btn_back
mouse rel wheel -2

side guest
guest press forward
guest release forward
guest press back
guest rel X 127 WHEEL -3
guest rel X 127
guest rel X 46
guest rel HWHEEL 2
guest release back
guest press side
guest release side
guest rel WHEEL -1
guest rel WHEEL -1
