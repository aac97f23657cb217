# At most 127 a frame and axis; what comes before a button is sent before it; other axes are dropped.
mouse plug
mouse rel x 5 y 5
switch guest
mouse rel x 5 y -7
mouse rel x 300
mouse rel x -128 y 255
mouse rel y 1
mouse rel z 4
mouse rel x 9 ...
mouse press btn_right
mouse release btn_right
mouse press btn_left
mouse rel x 1
mouse release btn_left
mouse rel x 2000000 x 2000000

side guest
guest rel X 5 Y -7
guest rel X 127
guest rel X 127
guest rel X 46
guest rel X -127 Y 127
guest rel X -1 Y 127
guest rel Y 1
guest rel Y 1
guest rel X 9
guest press right
guest release right
guest press left
guest rel X 1
guest release left
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
guest rel X 127
