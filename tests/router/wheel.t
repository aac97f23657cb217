# One click a frame, whatever the device put into its own; high resolution is dropped.
mouse plug
mouse rel wheel 1
switch guest
mouse rel wheel 3
mouse rel wheel_hi_res 360
mouse rel wheel -2 hwheel 1
mouse rel hwheel -1 hwheel_hi_res -120
mouse rel x 3 wheel 1

side guest
guest rel WHEEL 1
guest rel WHEEL 1
guest rel WHEEL 1
guest rel WHEEL -1
guest rel WHEEL -1
guest rel HWHEEL 1
guest rel HWHEEL -1
guest rel X 3
guest rel WHEEL 1
