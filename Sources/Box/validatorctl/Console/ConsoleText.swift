import ControlProtocol

/// Every text of the console and the self-test, in both languages.
enum ConsoleText {
    // MARK: Menu and titles

    static let menu = Phrase("Menu", "主菜单")
    static let taps = Phrase("Live taps", "实时刷卡")
    static let gps = Phrase("GPS", "卫星定位")
    static let readers = Phrase("Readers and scanners", "读卡器和扫码器")
    static let probe = Phrase("Card number probe", "卡号探测")
    static let outbox = Phrase("Outbox", "待上传记录")
    static let collection = Phrase("Collect the records", "收集记录到 U 盘")
    static let lists = Phrase("Lists and keys", "名单和密钥")
    static let network = Phrase("Network", "网络")
    static let vehicle = Phrase("Modem and vehicle", "通信模块和车辆")
    static let platform = Phrase("Platform", "平台")
    static let selfTest = Phrase("Self-test", "自检")
    static let settings = Phrase("Settings", "设置")
    static let log = Phrase("Log", "日志")
    static let report = Phrase("Diagnostics report", "诊断报告")
    static let handover = Phrase("Hand over to another box", "移交给另一台设备")
    static let restart = Phrase("Restart the validator", "重启验票程序")
    static let language = Phrase("中文 (Chinese)", "English")
    static let end = Phrase("End", "退出")
    static let closed = Phrase("Locked: no PIN is set", "已锁定：未设置 PIN 码")

    // MARK: Keys

    static let menuKeys = Phrase("Press a key from the list.", "请按列表中的键。")
    static let backKeys = Phrase("q back  arrows scroll  Ctrl-L redraw", "q 返回  方向键滚动  Ctrl-L 刷新画面")
    static let readersKeys = Phrase("p card number probe", "p 卡号探测")
    static let outboxKeys = Phrase("c collect onto a USB stick  r retry the refused", "c 收集到 U 盘  r 重新发送被拒绝的记录")
    static let listsKeys = Phrase("s fetch what is new  f fetch whole lists", "s 获取更新  f 获取完整名单")
    static let selfTestKeys = Phrase("t start", "t 开始")
    static let settingsKeys = Phrase("1-4 change", "1-4 修改")

    // MARK: Questions and answers

    static let enterPIN = Phrase("PIN: ", "请输入 PIN 码：")
    static let closedHint = Phrase(
        "What takes data away or changes the box needs a PIN, and none is set. Set one: console_pin in the provisioning file of the box, or as root: validatorctl console --set-pin --pin-file /etc/validator/console.pin; then open the console anew.",
        "取走数据或更改设备需要 PIN 码，但尚未设置。设置方法：在设备配置文件中写入 console_pin，或以 root 执行：validatorctl console --set-pin --pin-file /etc/validator/console.pin，然后重新打开控制台。"
    )
    static let pinWrong = Phrase("wrong PIN", "PIN 码错误")
    static let pinWait = Phrase("wait, seconds: ", "请等待，秒：")
    static let confirm = Phrase("Sure? y/n ", "确定吗？y/n ")
    static let newValue = Phrase("new value: ", "新值：")
    static let reportPath = Phrase("File or folder for the report: ", "报告保存到的文件或目录：")
    static let reportHint = Phrase(
        "Plug a USB stick in and have it mounted; these media are there:", "请插入并挂载 U 盘；当前可用的介质：")
    static let collectionHint = Phrase(
        "What waits or was refused goes to the hub on a USB stick and is no longer uploaded. Plug one in; these media are there:",
        "待上传和被拒绝的记录写入 U 盘，由后台导入，不再上传。请插入并挂载 U 盘；当前可用的介质：")
    static let handoverHint = Phrase(
        "Identity, secrets and unsent records go onto a USB stick, for the box in this one's place; this one serves no more. These are there:",
        "设备号、密钥和未上传的记录写入 U 盘，由替换的设备接管；本机随后停止服务。请插入并挂载 U 盘；当前可用的介质：")
    static let newPassphrase = Phrase("new passphrase for the files: ", "为文件设置新密码短语：")
    static let passphraseAgain = Phrase("once more: ", "请再输入一次：")
    static let passphraseShort = Phrase("at least 8 characters", "至少 8 个字符")
    static let passphrasesDiffer = Phrase("the two differ", "两次输入不一致")
    static let handedOver = Phrase("handed over; this box serves no more: ", "已移交，本机停止服务：")
    static let collectionKeys = Phrase("number: onto that medium", "按编号：写入该介质")
    static let nothingToCollect = Phrase("nothing waits, nothing was refused", "没有待上传或被拒绝的记录")
    static let reportKeys = Phrase("number: onto that medium  w: type a path", "按编号：保存到该介质  w：输入路径")
    static let noMedia = Phrase("none", "无")
    static let restartHint = Phrase(
        "Taps are not answered for some seconds. No record is lost.", "几秒钟内不能刷卡，不会丢失记录。")
    static let restartKeys = Phrase("r restart", "r 重启")
    static let done = Phrase("done", "完成")
    static let written = Phrase("written: ", "已保存：")
    static let asking = Phrase("asking the validator ...", "正在查询……")
    static let failed = Phrase("failed: ", "失败：")
    static let notKept = Phrase(
        "Changes last until the validator restarts; to keep one, edit the configuration file.", "修改在重启前有效；要长期保留请修改配置文件。")

    // MARK: Labels

    static let device = Phrase("device", "设备号")
    static let version = Phrase("version", "版本")
    static let uptime = Phrase("running since", "已运行")
    static let state = Phrase("state", "状态")
    static let plainConnection = Phrase("PLAIN http: whoever is on the way reads and changes it", "明文 http：途中任何人都能读取和篡改")
    static let ownSecret = Phrase("each call carries this box's own secret", "每次请求都带有本机自己的密钥")
    static let fix = Phrase("fix", "定位")
    static let latitude = Phrase("latitude", "纬度")
    static let longitude = Phrase("longitude", "经度")
    static let speed = Phrase("speed km/h", "速度 km/h")
    static let course = Phrase("course", "航向")
    static let age = Phrase("age", "距今")
    static let lastSeen = Phrase("last seen", "最近响应")
    static let reads = Phrase("reads", "读取次数")
    static let unrecordedRefusals = Phrase("refused without a record", "未留记录的拒绝")
    static let failedReads = Phrase("failed reads", "读取失败")
    static let detail = Phrase("detail", "详情")
    static let lastSuccess = Phrase("last success", "最近成功")
    static let lastError = Phrase("last error", "最近错误")
    static let certificate = Phrase("certificate ends", "证书到期")
    static let clock = Phrase("clock", "时钟")
    static let offset = Phrase("offset ms", "偏差 ms")
    static let recordsWaiting = Phrase("records waiting", "待上传记录")
    static let positionsWaiting = Phrase("positions waiting", "待上传位置")
    static let oldest = Phrase("oldest", "最早一条")
    static let refused = Phrase("refused", "被拒绝")
    static let dropped = Phrase("positions dropped", "丢弃的位置")
    static let collected = Phrase("collected", "已收集")
    static let modem = Phrase("modem", "通信模块")
    static let mobileOperator = Phrase("operator", "运营商")
    static let technology = Phrase("technology", "网络制式")
    static let signal = Phrase("signal", "信号")
    static let iccid = Phrase("SIM (ICCID)", "SIM 卡 (ICCID)")
    static let imei = Phrase("modem (IMEI)", "模块 (IMEI)")
    static let dataThisMonth = Phrase("data this month", "本月流量")
    static let ignition = Phrase("ignition", "点火")
    static let shutdown = Phrase("shuts down in", "距关机")
    static let parked = Phrase("parked", "停车")
    static let yes = Phrase("yes", "是")
    static let no = Phrase("no", "否")
    static let count = Phrase("count", "数量")
    static let received = Phrase("received", "接收")
    static let sent = Phrase("sent", "发送")
    static let gateway = Phrase("gateway", "网关")
    static let nameServers = Phrase("name servers", "域名服务器")
    static let keys = Phrase("ticket keys", "二维码密钥")
    static let rootKeys = Phrase("root keys", "根密钥")
    static let lastCode = Phrase("last code", "最近的码")
    static let card = Phrase("card", "卡号")
    static let made = Phrase("made", "生成时间")
    static let validTo = Phrase("valid to", "有效期至")
    static let failedChecks = Phrase("failed checks", "未通过的检查")
    static let verdict = Phrase("verdict offline", "离线判定")
    static let answered = Phrase("answered at the time", "当时的结果")
    static let keySet = Phrase("set", "密钥组")
    static let never = Phrase("never", "从未")
    static let ago = Phrase(" ago", "前")
    static let noCard = Phrase("put a card of the operator's on the reader", "请将一张运营方的卡放在读卡器上")
    static let configured = Phrase("<- set", "<- 当前设置")
    static let inList = Phrase("in list", "在名单中")
    static let noTaps = Phrase("no tap since the start", "启动后还没有刷卡")

    // MARK: Self-test

    static let notTested = Phrase(
        "t shows both lights, plays a prompt and looks at everything else.", "按 t 开始：两个指示灯同时点亮，播放提示音，并检查其他部件。")
    static let testing = Phrase("testing; look at the lights and listen ...", "正在自检，请看指示灯、听提示音……")
    static let nextStep = Phrase("next: ", "处理：")
    static let checkByEye = Phrase("check by eye", "请目视确认")
    static let checkByEar = Phrase("check by ear", "请听声确认")
    static let didShine = Phrase("Did it shine? y/n: ", "灯亮了吗？y/n：")
    static let wasHeard = Phrase("Was it heard? y/n: ", "听到声音了吗？y/n：")
    static let confirmed = Phrase("seen and confirmed", "已人工确认")

    static let verdicts: [SelfTestCheck.Verdict: Phrase] = [
        .pass: Phrase("PASS", "通过"), .warn: Phrase("WARN", "警告"), .fail: Phrase("FAIL", "故障"),
    ]
    static let parts: [String: Phrase] = [
        "reader": Phrase("reader", "读卡器"), "scanner": Phrase("scanner", "扫码器"), "light": Phrase("light", "指示灯"),
        "buzzer": Phrase("buzzer", "蜂鸣器"), "sound": Phrase("sound", "声音"), "disk": Phrase("disk", "存储"),
        "clock": clock, "platform": Phrase("platform", "平台"), "certificate": Phrase("certificate", "证书"), "gps": gps,
        "list": Phrase("list", "名单"), "keys": keys, "outbox": Phrase("outbox", "待上传记录"),
    ]

    /// Words of the control protocol that riders' business is told in.
    static let codes: [String: Phrase] = [
        "accepted": Phrase("accepted", "通过"), "refused": Phrase("refused", "拒绝"), "repeated": Phrase("repeated", "重复"),
        "ok": Phrase("ok", "正常"), "blocked": Phrase("blocked", "黑名单"),
        "not_on_white_list": Phrase("not on the white list", "不在白名单"),
        "not_on_line_list": Phrase("not on the line list", "不在线路名单"), "function_off": Phrase("function off", "功能关闭"),
        "not_in_service_hours": Phrase("not in service hours", "不在服务时间"),
        "unreadable_card": Phrase("unreadable card", "卡无法读取"), "malformed_ticket": Phrase("malformed ticket", "码格式错误"),
        "unknown_key": Phrase("unknown key", "密钥未知"), "forged_ticket": Phrase("forged ticket", "伪造的码"),
        "ticket_not_yet_valid": Phrase("ticket not yet valid", "码未生效"), "ticket_expired": Phrase("ticket expired", "码已过期"),
        "ticket_used": Phrase("ticket used", "码已使用"), "refused_by_platform": Phrase("refused by platform", "平台拒绝"),
        "no_root_key": Phrase("no root key", "缺少根密钥"),
        "certificate_expired": Phrase("certificate expired", "证书已过期"),
        "issuer_not_accepted": Phrase("issuer not accepted", "发码机构不受理"),
        "authorisation_expired": Phrase("authorisation expired", "授权已过期"),
        "amount_exceeded": Phrase("amount exceeded", "超出限额"),
        "platform_unreachable": Phrase("platform unreachable", "无法连接平台"),
        "no_root_key_in_force": Phrase("no root key in force", "没有生效的根密钥"),
        "text": Phrase("text", "文本"), "binary": Phrase("binary", "二进制"),
        "out_of_service": Phrase("out of service", "停止服务"), "online": Phrase("online", "在线"),
        "offline": Phrase("offline", "离线"), "fallback": Phrase("fallback", "降级"), "unknown": Phrase("unknown", "未知"),
        "ready": Phrase("ready", "就绪"), "recovering": Phrase("recovering", "恢复中"), "absent": Phrase("absent", "不存在"),
        "none": Phrase("none", "无"), "system": Phrase("system", "系统"), "server": Phrase("server", "平台"),
        "cards": Phrase("cards", "卡名单"), "line": Phrase("line", "线路名单"), "green": Phrase("green", "绿灯"),
        "red": Phrase("red", "红灯"), "up": Phrase("up", "已连接"), "down": Phrase("down", "未连接"),
        "on": Phrase("on", "开"), "off": Phrase("off", "关"), "connected": Phrase("connected", "已联网"),
        "registered": Phrase("registered", "已注册"), "searching": Phrase("searching", "搜索网络"), "locked": Phrase("locked", "已锁定"),
        "failed": Phrase("failed", "故障"), "no_modem": Phrase("no modem", "没有通信模块"),
        "no_modem_manager": Phrase("no ModemManager", "没有 ModemManager"),
    ]

    /// What a self-test found, and what to do next where something is to be done.
    static let findings: [String: (text: Phrase, next: Phrase?)] = [
        "device_ready": (Phrase("ready", "就绪"), nil),
        "device_recovering": (
            Phrase("does not answer as it should", "响应不正常"),
            Phrase("wait a minute; then check its cable and its baud, or unplug it and plug it in", "等待一分钟；仍异常则检查线缆和波特率，或重新插拔")
        ),
        "device_absent": (
            Phrase("is not there", "未找到"),
            Phrase(
                "plug it in; then see `validatorctl readers scan` for the device's name",
                "插上设备；再用 `validatorctl readers scan` 查看设备名")
        ),
        "no_device": (
            Phrase("none is configured", "未配置"),
            Phrase("add one in validator.toml if the box has one", "如有此设备，请在 validator.toml 中添加")
        ),
        "light_shown": (Phrase("switched on", "已点亮"), nil),
        "light_failed": (
            Phrase("cannot be switched on", "无法点亮"),
            Phrase("check [indicators] in validator.toml and the light's wiring", "检查 validator.toml 的 [indicators] 和接线")
        ),
        "light_busy": (
            Phrase("not tried: taps were answered all the time", "未测试：一直有人刷卡"), Phrase("test again when nobody taps", "无人刷卡时再测")
        ),
        "light_not_seen": (Phrase("was not seen", "没有看到灯亮"), Phrase("check the light and its wiring", "检查指示灯及接线")),
        "sound_played": (Phrase("a prompt was played", "已播放提示音"), nil),
        "sound_off": (Phrase("silent, as configured", "按配置静音"), nil),
        "sound_missing": (Phrase("no file for the prompt", "缺少提示音文件"), Phrase("put the voices into that folder", "将语音文件放入该目录")),
        "sound_failed": (
            Phrase("the device does not play", "声卡无法播放"),
            Phrase("see `aplay -L` for the names for indicators.alsa_device", "用 `aplay -L` 查看 indicators.alsa_device 可用的名称")
        ),
        "sound_not_heard": (
            Phrase("was not heard", "没有听到声音"),
            Phrase("check the loudspeaker's plug and indicators.volume_percent", "检查喇叭接线和 indicators.volume_percent")
        ),
        "disk_good": (Phrase("free, and written in", "剩余空间及写入时间"), nil),
        "disk_slow": (
            Phrase("free, but slow: written in", "剩余空间；写入缓慢"),
            Phrase("test again; if it stays slow the card is worn: replace it", "再测一次；若仍然缓慢则存储卡老化，请更换")
        ),
        "disk_low": (Phrase("little is free", "剩余空间不多"), Phrase("remove what does not belong on the box", "删除不属于本机的文件")),
        "disk_full": (Phrase("nearly full", "空间即将用完"), Phrase("make room now: without it riders are refused", "立即清理空间，否则将无法乘车")),
        "disk_unwritable": (
            Phrase("cannot be written", "无法写入"),
            Phrase("see `dmesg`; a card that has become read-only is to be replaced", "查看 `dmesg`；变为只读的存储卡需更换")
        ),
        "disk_stuck": (Phrase("does not finish a write", "写入没有完成"), Phrase("replace the card; see `dmesg`", "更换存储卡；查看 `dmesg`")),
        "clock_good": (Phrase("trusted", "可信"), nil),
        "clock_off": (
            Phrase("the system's clock is off", "系统时钟有偏差"),
            Phrase("check chrony: `chronyc tracking`", "检查 chrony：`chronyc tracking`")
        ),
        "clock_untrusted": (
            Phrase("nobody vouches for the time", "时间不可信"),
            Phrase("give GPS a view of the sky, or the platform a connection", "保证卫星信号或平台连接")
        ),
        "platform_online": (Phrase("answers", "有响应"), nil),
        "platform_unknown": (Phrase("not asked yet", "尚未查询"), Phrase("wait some seconds and test again", "等待几秒后再测")),
        "platform_offline": (
            Phrase("does not answer", "无响应"),
            Phrase("check the network, SIM and platform.base_url", "检查网络、SIM 卡和 platform.base_url")
        ),
        "platform_plain": (
            Phrase("plain http: whoever is on the way reads tokens, keys and cards", "明文 http：途中任何人都能读取令牌、密钥和卡号"),
            Phrase("use https:// in platform.base_url", "platform.base_url 请改用 https://")
        ),
        "platform_authorised": (ownSecret, nil),
        "certificate_good": (Phrase("ends on", "到期日"), nil),
        "certificate_ending": (Phrase("ends soon, on", "即将到期"), Phrase("order and install the next one", "请申请并安装新证书")),
        "certificate_expired": (
            Phrase("has ended, on", "已过期"),
            Phrase("install a new one now: what it vouches for is refused", "请立即安装新的，否则由其担保的连接或二维码会被拒绝")
        ),
        "gps_fix": (Phrase("has a fix", "已定位"), nil),
        "gps_no_fix": (Phrase("no fix", "未定位"), Phrase("check the antenna; under a roof there is none", "检查天线；室内无法定位")),
        "gps_silent": (
            Phrase("no report from gpsd", "gpsd 没有数据"),
            Phrase("check the receiver's plug and `systemctl status gpsd`", "检查接收机接线和 `systemctl status gpsd`")
        ),
        "list_present": (Phrase("held", "已有"), nil),
        "list_unused": (Phrase("none, and none needed", "无，当前不需要"), nil),
        "list_missing": (
            Phrase("none, and cards need it", "缺少，刷卡需要"),
            Phrase("connect the box; then `validatorctl sync cards --full`", "连接网络后执行 `validatorctl sync cards --full`")
        ),
        "roots_unused": (
            Phrase(
                "no root key in force, and no file is named: the ministry's codes are refused", "没有生效的根密钥，也未配置文件：交通一卡通二维码会被拒绝"),
            nil
        ),
        "roots_missing": (
            Phrase("no root key in force: the ministry's codes are refused", "没有生效的根密钥：交通一卡通二维码会被拒绝"),
            Phrase(
                "put good ones into tickets.transport_roots_file, then `systemctl reload validator`",
                "将有效的根密钥放入 tickets.transport_roots_file，再执行 `systemctl reload validator`")
        ),
        "root_ended": (
            Phrase("has ended, on", "已过期"),
            Phrase("its codes are refused: ask the clearing centre for its successor", "其二维码会被拒绝：请向清算中心索取新密钥")
        ),
        "keys_present": (Phrase("held", "已有"), nil),
        "keys_unused": (Phrase("none, and none needed", "无，当前不需要"), nil),
        "keys_weak": (Phrase("held, but weak", "已有，但强度不足"), Phrase("set tickets.secret_file", "请设置 tickets.secret_file")),
        "keys_missing": (
            Phrase("none, and tickets need them", "缺少，扫码需要"),
            Phrase("connect the box; then `validatorctl sync keys`", "连接网络后执行 `validatorctl sync keys`")
        ),
        "outbox_good": (Phrase("records waiting + refused", "待传 + 被拒记录"), nil),
        "outbox_refused": (
            Phrase("the platform refused some", "有记录被平台拒绝"),
            Phrase("see `validatorctl outbox refused`", "执行 `validatorctl outbox refused` 查看")
        ),
        "outbox_stuck": (
            Phrase("records wait though the platform answers", "平台有响应，但有记录上传不了"),
            Phrase(
                "see `validatorctl outbox` for what it answers, and ask its operator", "执行 `validatorctl outbox` 查看平台的回复，并联系平台运维"
            )
        ),
        "outbox_filling": (Phrase("fills up", "积压较多"), Phrase("bring the box where there is a network", "请将车辆移到有网络的地方")),
        "outbox_full": (
            Phrase("nearly full: riders will be refused", "即将装满，将无法乘车"),
            Phrase(
                "connect the box now; `validatorctl outbox export` saves the records", "立即连接网络；`validatorctl outbox export` 可导出记录"
            )
        ),
        "outbox_broken": (Phrase("takes no records", "无法记录"), Phrase("see the log and the line about the disk", "查看日志和存储检查结果")),
    ]

    /// A code of the protocol in words; itself where there are none.
    static func word(_ code: String, _ language: Language) -> String { codes[code]?(language) ?? code }
}
