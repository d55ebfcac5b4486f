//! What people of the demo department report, in both languages, with how the desk solves it.
//!
//! `{device}`, `{floor}`, and `{app}` are filled in when a ticket is made, so that no two read alike.

use desk::ticket::{Category, TicketType};

/// A text in English and in Chinese.
pub type Both = (&'static str, &'static str);

/// A kind of request that comes again and again.
pub struct Problem {
    pub category: Category,
    pub ticket_type: TicketType,
    pub title: Both,
    pub body: Both,
    /// What the desk asks or says on the way.
    pub question: Both,
    /// What the requester says to that.
    pub answer: Both,
    /// What the desk writes down for itself.
    pub note: Both,
    pub solution: Both,
    /// How often it comes, relative to the others.
    pub weight: u32,
    /// The shipped article that answers it: following it, the requester gets what they came for, or it is what the desk
    /// would send. None where something must be granted, bought, or mended by the department.
    pub article: Option<&'static str>,
}

use Category::{Account, Hardware, Network, Other, Security, Software};
use TicketType::{ChangeRequest, Incident, Question, Request};

/// The problems.
pub const PROBLEMS: &[Problem] = &[
    Problem {
        category: Network,
        ticket_type: Incident,
        weight: 9,
        article: Some("vpn-does-not-connect"),
        title: (
            "VPN disconnects every few minutes from home",
            "在家连 VPN 每隔几分钟就断开",
        ),
        body: (
            "Since Monday my VPN drops about every five minutes. I am on home Wi-Fi with {device}. The message says “connection reset by peer”.",
            "从周一开始，VPN 大约五分钟断一次。我在家用无线网络，电脑是 {device}，提示「connection reset by peer」。",
        ),
        question: (
            "Could you plug in a network cable once and tell us whether it still drops?",
            "麻烦您插网线试一次，看看还会不会断？",
        ),
        answer: (
            "With the cable it has been stable for an hour.",
            "插网线之后一个小时都没断。",
        ),
        note: (
            "MTU on the Wi-Fi path is 1420, the client insists on 1500. Known from KB draft on tunnel MTU.",
            "无线链路 MTU 为 1420，客户端固定使用 1500，与隧道 MTU 已知问题一致。",
        ),
        solution: (
            "Set the tunnel MTU to 1400 in the VPN profile and reconnected. Held for 30 minutes on Wi-Fi.",
            "将 VPN 配置中的隧道 MTU 改为 1400 后重新连接，在无线网络下观察 30 分钟未再断开。",
        ),
    },
    Problem {
        category: Account,
        ticket_type: Incident,
        weight: 12,
        article: Some("account-locked"),
        title: (
            "Account locked after changing my password",
            "改完密码后账号被锁定",
        ),
        body: (
            "I changed my password this morning and now I cannot sign in anywhere. It says the account is locked.",
            "今天早上改了密码，现在哪里都登不上，提示账号已锁定。",
        ),
        question: (
            "Is your phone's mail app still using the old password?",
            "您手机上的邮箱是不是还在用旧密码？",
        ),
        answer: ("Yes! I forgot about the phone.", "对！我忘了手机上还有。"),
        note: (
            "Lock events come from the phone's ActiveSync every 90 seconds.",
            "锁定事件来自手机 ActiveSync，每 90 秒一次。",
        ),
        solution: (
            "Unlocked the account and updated the password on the phone. No new lock for 15 minutes.",
            "解锁账号并在手机上更新密码，15 分钟内未再锁定。",
        ),
    },
    Problem {
        category: Hardware,
        ticket_type: Incident,
        weight: 10,
        article: Some("printer-does-not-print"),
        title: (
            "Printer on floor {floor} prints blank pages",
            "{floor} 楼打印机打出来全是白纸",
        ),
        body: (
            "The printer next to the kitchen on floor {floor} prints only blank pages. I tried two different documents.",
            "{floor} 楼茶水间旁边的打印机打出来全是白纸，换了两个文件都一样。",
        ),
        question: (
            "Does a copy from the glass come out blank as well?",
            "直接复印出来也是白的吗？",
        ),
        answer: ("Copies are blank too.", "复印也是白的。"),
        note: (
            "Toner level reported 0 %, sensor agrees.",
            "硒鼓余量为 0%，传感器数据一致。",
        ),
        solution: (
            "Replaced the black toner cartridge and printed a test page.",
            "更换黑色硒鼓并打印测试页，正常。",
        ),
    },
    Problem {
        category: Software,
        ticket_type: Incident,
        weight: 8,
        article: None,
        title: (
            "{app} crashes when I open the monthly report",
            "打开月报时 {app} 闪退",
        ),
        body: (
            "{app} closes by itself whenever I open the monthly report. Other files are fine. It started after yesterday's update.",
            "一打开月报 {app} 就自动关闭，别的文件没事，昨天更新之后开始的。",
        ),
        question: (
            "Which version does the About window show?",
            "「关于」窗口里显示的版本号是多少？",
        ),
        answer: ("It says 16.2, build 4417.", "显示 16.2，内部版本 4417。"),
        note: (
            "Build 4417 has a known crash with linked charts; vendor fixed it in 4423.",
            "4417 版本打开带链接图表的文件会崩溃，厂商在 4423 中修复。",
        ),
        solution: (
            "Updated {app} to build 4423; the report opens.",
            "将 {app} 升级到 4423，月报可以正常打开。",
        ),
    },
    Problem {
        category: Account,
        ticket_type: Request,
        weight: 8,
        article: None,
        title: (
            "Access to the shared folder “Projects”",
            "申请「项目资料」共享文件夹权限",
        ),
        body: (
            "Please give me read and write access to the shared folder “Projects”. My manager agrees.",
            "请开通「项目资料」共享文件夹的读写权限，我的主管已同意。",
        ),
        question: (
            "Do you need it for a limited time or for good?",
            "需要长期权限还是临时权限？",
        ),
        answer: ("Until the end of the year is enough.", "到年底就够了。"),
        note: (
            "Owner of the share confirmed by mail.",
            "共享文件夹负责人已邮件确认。",
        ),
        solution: (
            "Added to the group with an end date of 31 December; access tested together.",
            "已加入权限组，有效期到 12 月 31 日，并与申请人一起验证可以访问。",
        ),
    },
    Problem {
        category: Hardware,
        ticket_type: Request,
        weight: 5,
        article: None,
        title: (
            "New laptop for a colleague starting next month",
            "下个月入职同事的笔记本电脑",
        ),
        body: (
            "A new colleague starts in our team on the first of next month and needs a laptop with docking station and two screens.",
            "下月一号我们团队有新同事入职，需要笔记本电脑、扩展坞和两台显示器。",
        ),
        question: (
            "Standard model or the one for developers?",
            "标准机型还是开发机型？",
        ),
        answer: ("Standard is fine.", "标准机型即可。"),
        note: ("Two of the standard model in stock.", "标准机型库存两台。"),
        solution: (
            "Laptop {device} prepared and handed over with dock and screens; sign-in tested.",
            "已准备好 {device}，连同扩展坞和显示器交付，登录测试正常。",
        ),
    },
    Problem {
        category: Network,
        ticket_type: Incident,
        weight: 6,
        article: None,
        title: (
            "Wi-Fi very slow in the meeting rooms on floor {floor}",
            "{floor} 楼会议室无线网络非常慢",
        ),
        body: (
            "Video calls freeze in the meeting rooms on floor {floor}, mostly in the afternoon.",
            "{floor} 楼会议室开视频会议总是卡，尤其是下午。",
        ),
        question: (
            "Is it all meeting rooms or one in particular?",
            "是所有会议室，还是某一间特别明显？",
        ),
        answer: ("The two at the end of the corridor.", "走廊尽头那两间。"),
        note: (
            "Access point at the end has 60 clients on channel 6, neighbours on the same channel.",
            "尽头的无线接入点信道 6 上有 60 个终端，与相邻接入点同频。",
        ),
        solution: (
            "Moved the access point to channel 11 and switched on band steering. Throughput 4 to 85 Mbit/s.",
            "将该接入点改到信道 11 并开启频段引导，吞吐量由 4 提升到 85 Mbit/s。",
        ),
    },
    Problem {
        category: Software,
        ticket_type: Question,
        weight: 6,
        article: Some("calendar-shared"),
        title: (
            "How do I share my calendar with my team?",
            "怎么把我的日历共享给团队？",
        ),
        body: (
            "I would like my team to see when I am busy, without the details. Where can I set that?",
            "我想让团队看到我什么时候忙，但不显示具体内容，在哪里设置？",
        ),
        question: (
            "Do you use the web version or the program on your computer?",
            "您用的是网页版还是电脑上的客户端？",
        ),
        answer: ("The program.", "电脑客户端。"),
        note: (
            "Candidate for an article: asked four times this month.",
            "适合写成知识文章，本月已有四人咨询。",
        ),
        solution: (
            "Settings, Calendar, Sharing: add the team and choose “free and busy only”.",
            "在「设置、日历、共享」中添加团队，选择「仅显示忙闲」。",
        ),
    },
    Problem {
        category: Security,
        ticket_type: Incident,
        weight: 5,
        article: Some("phishing-mail"),
        title: (
            "Strange mail asks me to confirm my password",
            "收到奇怪的邮件要求确认密码",
        ),
        body: (
            "I got a mail that looks like ours and asks me to confirm my password. I have not clicked. It is attached as a screenshot.",
            "收到一封看起来像公司发的邮件，要我确认密码。我没有点，截图在附件里。",
        ),
        question: (
            "Thank you for not clicking. Can you forward it as an attachment?",
            "没有点就好。能把原邮件以附件形式转发给我们吗？",
        ),
        answer: ("Done.", "已转发。"),
        note: (
            "Sender domain registered two days ago; 14 recipients, nobody clicked according to the proxy.",
            "发件域名两天前注册，14 名收件人，代理日志显示无人点击。",
        ),
        solution: (
            "Blocked sender and link at the gateway, removed the mail from 14 mailboxes.",
            "已在网关封禁发件人和链接，并从 14 个邮箱中删除该邮件。",
        ),
    },
    Problem {
        category: Hardware,
        ticket_type: Incident,
        weight: 6,
        article: Some("external-monitor"),
        title: (
            "Second screen stays black at the docking station",
            "扩展坞上的第二台显示器不亮",
        ),
        body: (
            "Since I moved desks my second screen stays black. {device}, docking station with the blue sticker.",
            "换座位之后第二台显示器一直不亮。电脑 {device}，扩展坞贴着蓝色标签。",
        ),
        question: (
            "Does it work when you swap the two cables at the dock?",
            "把扩展坞上两根线对调一下，会亮吗？",
        ),
        answer: ("Then the other one is black.", "那就变成另一台不亮。"),
        note: ("Cable is an old single-link type.", "线缆是旧款单链路型号。"),
        solution: (
            "Replaced the video cable; both screens run at full resolution.",
            "更换视频线后，两台显示器均以最高分辨率正常显示。",
        ),
    },
    Problem {
        category: Software,
        ticket_type: Request,
        weight: 6,
        article: None,
        title: ("Please install {app} on my computer", "请帮我安装 {app}"),
        body: (
            "I need {app} for the new project. The licence is approved by my manager.",
            "新项目需要用 {app}，许可证已由主管批准。",
        ),
        question: (
            "May we install it today after 17:00?",
            "今天 17 点以后安装可以吗？",
        ),
        answer: ("Yes, that suits me.", "可以。"),
        note: ("Licence pool has 12 seats left.", "许可证余量 12 个。"),
        solution: (
            "{app} installed on {device}; it starts and the licence is active.",
            "已在 {device} 上安装 {app}，启动正常，许可证已激活。",
        ),
    },
    Problem {
        category: Network,
        ticket_type: Incident,
        weight: 2,
        article: None,
        title: (
            "Nobody at our site can reach the order system",
            "我们这里所有人都打不开订单系统",
        ),
        body: (
            "Since about ten minutes nobody at our site can open the order system. The page does not load. Customers are waiting.",
            "大概十分钟前开始，我们这边所有人都打不开订单系统，页面一直转圈，客户在等。",
        ),
        question: (
            "We are on it. Can you still reach other internal pages?",
            "我们正在处理。其他内部网页能打开吗？",
        ),
        answer: ("Yes, only the order system is down.", "能，只有订单系统打不开。"),
        note: (
            "Connection pool of the order database is exhausted; sessions hang in a lock since 09:42.",
            "订单数据库连接池耗尽，自 09:42 起会话卡在锁等待。",
        ),
        solution: (
            "Ended the blocking session and restarted the pool; orders go through again. Backup of the session list is kept; way back was the standby node.",
            "结束阻塞会话并重启连接池，订单恢复正常。已保存会话清单，回退方案为切换备用节点。",
        ),
    },
    Problem {
        category: Account,
        ticket_type: Request,
        weight: 5,
        article: None,
        title: ("Mailbox for the new working group", "为新工作组开通公共邮箱"),
        body: (
            "We need a shared mailbox for the new working group with six members.",
            "新工作组有六名成员，需要一个公共邮箱。",
        ),
        question: (
            "Which address would you like, and who owns it?",
            "希望用什么地址，由谁负责管理？",
        ),
        answer: (
            "I will own it; the name is in the form.",
            "由我负责，名称写在表单里了。",
        ),
        note: ("Naming rule checked, free.", "命名规则已核对，地址可用。"),
        solution: (
            "Shared mailbox created, six members added, owner set; test mail received.",
            "公共邮箱已创建，六名成员和负责人已设置，测试邮件收发正常。",
        ),
    },
    Problem {
        category: Hardware,
        ticket_type: Incident,
        weight: 5,
        article: None,
        title: (
            "{device} gets very hot and switches itself off",
            "{device} 发烫后自动关机",
        ),
        body: (
            "My laptop {device} gets hot and switches off during video calls. It is two years old.",
            "我的笔记本 {device} 开视频会议时很烫，然后自动关机，用了两年。",
        ),
        question: (
            "Is the fan audible before it switches off?",
            "关机前能听到风扇声吗？",
        ),
        answer: ("No, it is silent.", "听不到，很安静。"),
        note: (
            "Fan shows 0 rpm in the log; warranty until March.",
            "日志中风扇转速为 0，保修到三月。",
        ),
        solution: (
            "Fan replaced under warranty, 40 minutes of load without switching off.",
            "保修更换风扇，满载运行 40 分钟未关机。",
        ),
    },
    Problem {
        category: Software,
        ticket_type: Incident,
        weight: 6,
        article: None,
        title: ("Cannot open attachments in the mail program", "邮件附件打不开"),
        body: (
            "When I double-click an attachment nothing happens. Saving it first works.",
            "双击附件没有反应，先另存再打开就可以。",
        ),
        question: (
            "Is it the same with a PDF and with a table?",
            "PDF 和表格都这样吗？",
        ),
        answer: ("Yes, with everything.", "都一样。"),
        note: (
            "Temporary folder of the mail program is full (4,096 files).",
            "邮件程序临时文件夹已满（4096 个文件）。",
        ),
        solution: (
            "Emptied the temporary folder of the mail program; attachments open.",
            "清空邮件程序的临时文件夹，附件可以正常打开。",
        ),
    },
    Problem {
        category: Other,
        ticket_type: Question,
        weight: 3,
        article: None,
        title: ("Where do I return my old phone?", "旧手机在哪里归还？"),
        body: (
            "I got a new phone last week. Where shall I return the old one?",
            "上周领了新手机，旧的还到哪里？",
        ),
        question: (
            "Have you signed out of your accounts on it?",
            "旧手机上的账号都退出了吗？",
        ),
        answer: ("Yes.", "退出了。"),
        note: ("Return point is the desk on floor 1.", "归还地点是一楼服务台。"),
        solution: (
            "Bring it to the service desk on floor 1; we wipe it and give you a receipt.",
            "请交到一楼服务台，我们会清除数据并开具收据。",
        ),
    },
    Problem {
        category: Security,
        ticket_type: Request,
        weight: 3,
        article: None,
        title: ("Encrypted USB stick for an audit", "审计用加密 U 盘"),
        body: (
            "For the audit next week I need an encrypted USB stick with 64 GB.",
            "下周审计需要一个 64 GB 的加密 U 盘。",
        ),
        question: ("Who may open it besides you?", "除您之外还有谁需要打开？"),
        answer: ("Only me.", "只有我。"),
        note: (
            "Device control exception until the end of the audit.",
            "设备管控例外开放至审计结束。",
        ),
        solution: (
            "Handed out an encrypted stick and set an exception for {device} for two weeks.",
            "已发放加密 U 盘，并为 {device} 设置两周的管控例外。",
        ),
    },
    Problem {
        category: Network,
        ticket_type: ChangeRequest,
        weight: 3,
        article: None,
        title: ("Open a port for the new test server", "为新测试服务器开放端口"),
        body: (
            "The new test server needs port 8443 reachable from the office network.",
            "新测试服务器需要从办公网访问 8443 端口。",
        ),
        question: ("Is access from the VPN needed as well?", "VPN 也需要访问吗？"),
        answer: ("Office only.", "只要办公网。"),
        note: (
            "Rule reviewed by network; way back: delete rule 2231.",
            "规则已由网络组复核，回退方案：删除规则 2231。",
        ),
        solution: (
            "Firewall rule added for the office network, connection tested from two desks.",
            "已添加办公网防火墙规则，并从两个工位测试连通。",
        ),
    },
    Problem {
        category: Software,
        ticket_type: Incident,
        weight: 5,
        article: None,
        title: ("Database backup job failed last night", "昨晚数据库备份任务失败"),
        body: (
            "The nightly backup of the finance database failed with “no space left on device”.",
            "财务数据库夜间备份失败，提示「设备上没有剩余空间」。",
        ),
        question: (
            "We are looking at the volume now; is a restore needed today?",
            "我们正在检查存储卷，今天需要做恢复吗？",
        ),
        answer: ("No restore needed.", "不需要恢复。"),
        note: (
            "Old archive logs from a stopped job take 310 GB.",
            "已停用任务的归档日志占用 310 GB。",
        ),
        solution: (
            "Removed the archive logs of the stopped job after a copy to tape, ran the backup by hand: complete in 41 minutes.",
            "将停用任务的归档日志转存磁带后清理，手动执行备份，41 分钟完成。",
        ),
    },
    Problem {
        category: Account,
        ticket_type: Incident,
        weight: 6,
        article: Some("second-factor-new-phone"),
        title: (
            "Second factor asks for a code from my lost phone",
            "手机丢了，没法输入二次验证码",
        ),
        body: (
            "I lost my phone on the train and cannot get the sign-in code any more.",
            "手机在火车上丢了，收不到登录验证码。",
        ),
        question: (
            "Can you show your badge at the service desk, or shall we call your manager?",
            "方便带工牌到服务台核实，还是我们打电话给您的主管？",
        ),
        answer: ("I am on my way to the desk.", "我现在就去服务台。"),
        note: (
            "Identity checked by badge and photo.",
            "已通过工牌和照片核实身份。",
        ),
        solution: (
            "Reset the second factor and enrolled the new phone; old phone blocked.",
            "已重置二次验证并绑定新手机，旧手机已停用。",
        ),
    },
];

/// Programs that people use.
pub const PROGRAMS: &[&str] = &[
    "Excel",
    "Teams",
    "AutoCAD",
    "Visio",
    "Acrobat",
    "SAP GUI",
    "DBeaver",
    "IntelliJ IDEA",
];
