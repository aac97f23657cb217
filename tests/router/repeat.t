# The repeats of the hardware go nowhere: the guest's keyboard repeats by itself.
kbd plug
kbd press a
kbd repeat a
kbd release a
switch guest
kbd press a
kbd repeat a
kbd press b
kbd repeat a
kbd release b
kbd release a
kbd repeat b

host press a
host release a
side guest
guest press a
guest press b
guest release b
guest release a
