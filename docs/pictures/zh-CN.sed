# The words of bus.svg in Chinese.
s/lang="en"/lang="zh-CN"/
s|>The box on the bus, and what it talks to<|>车载机及其通信对象<|
s|<desc id="desc">.*</desc>|<desc id="desc">乘客在公交车的读卡器上刷卡，或在扫码器上扫手机二维码。二者接到车载机，由车载机判断，把记录写入磁盘，再用灯光和语音答复。卫星接收机提供车辆位置。车载机经 4G 把每次刷卡、扫码和位置送到运营方平台或 validator-hub，并取回名单、密钥和模式。订阅者通过 WebSocket 接收读卡事件。技术人员使用串口控制台。</desc>|
s|>Satellite receiver<|>卫星接收机<|
s|>read by gpsd<|>由 gpsd 读取<|
s|>Rider<|>乘客<|
s|>Card reader<|>读卡器<|
s|>NFC, UHF, 125 kHz<|>NFC、UHF、125 kHz<|
s|>Scanner<|>扫码器<|
s|>QR tickets<|>二维码车票<|
s|>Light and voice<|>灯光和语音<|
s|>The box: validatord<|>车载机：validatord<|
s|>decides in milliseconds,<|>毫秒级内判断，<|
s|>with or without a network<|>有无网络都能工作<|
s|>on disk: records,<|>磁盘：记录、<|
s|>lists, keys<|>名单、密钥<|
s|>Operator's platform<|>运营方平台<|
s|>or validator-hub<|>或 validator-hub<|
s|>every tap arrives,<|>每条记录都会送达，<|
s|>under one id for ever<|>req_id 始终不变<|
s|>taps, positions<|>刷卡、扫码、位置<|
s|>lists, keys, modes<|>名单、密钥、模式<|
s|>Subscribers<|>订阅者<|
s|>which card is at which<|>哪张卡在哪个<|
s|>reader, as it happens<|>读卡器上，实时推送<|
s|>Technician<|>技术人员<|
s|>menus: state, self-test,<|>菜单：状态、自检、<|
s|>records onto a stick<|>用 U 盘取走记录<|
s|>serial port<|>串口<|
