//! What people write in the measured installation: plausible trouble in two languages, with words from very common to
//! unique, because an index over few words would be measured too fast.

use rand::RngExt as _;
use rand::rngs::StdRng;

/// Stands in a dozen tickets, however many there are.
pub const RARE: &str = "quokka";
/// Stands in about a quarter of all tickets.
pub const COMMON: &str = "printer";
/// Stand together in some.
pub const PAIR: &str = "printer offline";
/// Stands in most Chinese tickets about hardware.
pub const CHINESE: &str = "打印机";
/// Begins configuration, confirm, conference, conflict.
pub const PREFIX: &str = "conf";
/// Both languages in one question.
pub const MIXED: &str = "printer 无法连接";
/// A slip in [`COMMON`].
pub const SLIP: &str = "pritner";
/// The initials of [`CHINESE`] in pinyin.
pub const SOUND: &str = "dyj";
/// Filters by typing around a word.
pub const FILTER: &str = "printer type:incident state:open";
/// Words that stand together in some headings.
pub const PHRASE: &str = "\"shows a blank page\"";

/// How often [`RARE`] is written.
const RARE_TICKETS: usize = 12;

const THINGS: &[&str] = &[
    "printer",
    "printer",
    "printer",
    "laptop",
    "monitor",
    "docking station",
    "headset",
    "conference system",
    "mailbox",
    "calendar",
    "network drive",
    "wireless network",
    "remote access",
    "browser",
    "spreadsheet",
    "order system",
    "scanner",
    "badge reader",
    "telephone",
    "backup",
    "certificate",
    "password",
    "directory",
    "database",
    "ticket archive",
];
const TROUBLES: &[&str] = &[
    "offline",
    "very slow",
    "shows a blank page",
    "does not start",
    "asks for confirmation again and again",
    "lost its configuration",
    "crashes after the update",
    "makes a noise",
    "refuses to connect",
    "has a conflict",
    "cannot be found",
    "is out of memory",
    "prints twice",
    "drops the connection",
    "needs a new cable",
];
const PHRASES: &[&str] = &[
    "Since this morning nothing works any more, and a restart did not help.",
    "My colleague at the next desk has the same trouble, the other floor does not.",
    "It worked until the update of last night was installed.",
    "The message on the screen goes away before I can read all of it.",
    "I need it for the conference with the customer this afternoon.",
    "We checked the cable, the power supply, and the settings.",
    "Please tell me when somebody can have a look at it.",
    "The configuration was changed last week by an external company.",
    "After signing out and in again it works for some minutes.",
    "There is an entry in the log for every attempt.",
];
const CHINESE_THINGS: &[&str] = &[
    "打印机",
    "打印机",
    "笔记本电脑",
    "显示器",
    "邮箱",
    "网络驱动器",
    "无线网络",
    "视频会议",
    "订单系统",
    "门禁",
    "扫描仪",
    "密码",
];
const CHINESE_TROUBLES: &[&str] = &[
    "无法连接",
    "离线",
    "速度很慢",
    "打不开",
    "频繁掉线",
    "更新后崩溃",
    "一直提示确认",
    "配置丢失",
    "没有反应",
    "报错",
];
const CHINESE_PHRASES: &[&str] = &[
    "今天早上开始就不能用了，重启也没有解决。",
    "旁边的同事也有同样的问题，其他楼层正常。",
    "昨晚安装更新之前一直是好的。",
    "屏幕上的提示一闪就没了，来不及看清。",
    "下午要和客户开会，比较着急。",
    "线缆、电源和设置都检查过了。",
    "麻烦安排人来看一下，谢谢。",
    "退出重新登录以后能用几分钟。",
];
const SYLLABLES: &[&str] = &[
    "ba", "ke", "li", "mo", "ru", "sa", "te", "vi", "wo", "xa", "zen", "dor", "fin", "gal", "hul", "jin",
    "nor", "pim",
];

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    English,
    Chinese,
}

fn one<'a>(random: &mut StdRng, of: &[&'a str]) -> &'a str {
    of[random.random_range(0..of.len())]
}

/// A heading; the ticket's place among all decides where the rare word stands.
pub fn title(random: &mut StdRng, tongue: Tongue, place: usize, total: usize) -> String {
    let mut title = match tongue {
        Tongue::English => {
            format!(
                "{} {} on floor {}",
                one(random, THINGS),
                one(random, TROUBLES),
                random.random_range(1..12)
            )
        }
        Tongue::Chinese => {
            format!(
                "{} 楼{}{}",
                random.random_range(1..12),
                one(random, CHINESE_THINGS),
                one(random, CHINESE_TROUBLES)
            )
        }
    };
    if place.is_multiple_of((total / RARE_TICKETS).max(1)) {
        title.push(' ');
        title.push_str(RARE);
    }
    title
}

/// Some sentences, with a name and a code that few other texts have.
pub fn body(random: &mut StdRng, tongue: Tongue) -> String {
    let mut text = String::with_capacity(400);
    for _ in 0..random.random_range(2..6) {
        text.push_str(match tongue {
            Tongue::English => one(random, PHRASES),
            Tongue::Chinese => one(random, CHINESE_PHRASES),
        });
        text.push(' ');
    }
    let (thing, trouble) = match tongue {
        Tongue::English => (one(random, THINGS), one(random, TROUBLES)),
        Tongue::Chinese => (one(random, CHINESE_THINGS), one(random, CHINESE_TROUBLES)),
    };
    text.push_str(&format!(
        "{thing} {} {trouble}, 0x{:08X}",
        name(random),
        random.random_range(0..u32::MAX)
    ));
    text
}

/// The name of some machine or program: a few are met often, most seldom.
fn name(random: &mut StdRng) -> String {
    let parts = if random.random_range(0..4) == 0 { 2 } else { 4 };
    (0..parts).map(|_| one(random, SYLLABLES)).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn the_rare_word_stands_in_a_dozen_titles_and_the_common_one_in_many() {
        let mut random = StdRng::seed_from_u64(1);
        let titles: Vec<String> = (0..6_000)
            .map(|place| title(&mut random, Tongue::English, place, 6_000))
            .collect();
        let with = |word: &str| titles.iter().filter(|title| title.contains(word)).count();
        assert_eq!(with(RARE), RARE_TICKETS);
        assert!(with(COMMON) > 500);
    }
}
