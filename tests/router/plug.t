# A device that comes with keys down: nobody's in guest state, the host's in host state. One that comes in guest
# state belongs to the guest from its next key on.
late plug w
switch guest
later plug a leftctrl
later release a
later press a
later release a
late release w
later press rightctrl
later release leftctrl
later release rightctrl

host release w
side guest
host release leftctrl
host release a
guest press a
guest release a
toggle
side host
host release leftctrl bare
host release rightctrl bare
