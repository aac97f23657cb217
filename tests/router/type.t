# Typed for the user: a key that the guest holds already stays down.
kbd plug
switch guest
type leftctrl+leftalt+delete
kbd press leftctrl
type leftctrl+a
kbd release leftctrl

side guest
guest press leftctrl
guest press leftalt
guest press delete
guest release delete
guest release leftalt
guest release leftctrl
guest press leftctrl
guest press a
guest release a
guest release leftctrl
