//! Pictures of the windows to look at: `PICTURES=/some/where cargo test --test pictures`.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::x11::dialog::{Dialog, Question};
use crate::x11::sign::{Notice, Sign};
use crate::x11::words::{Language, Part};

#[test]
fn windows_fit_every_screen() {
    for size in ["1280x720", "390x700", "640x400", "3840x2160"] {
        let desk = super::desk::Desk::sized(size);
        Command::new("xsetroot")
            .args(["-display", &desk.display, "-solid", "#5a7a8c"])
            .status()
            .ok();
        for (name, language, who, subject, part) in [
            (
                "zh",
                Language::Chinese,
                "张伟",
                "#1042 三楼打印机总是卡纸，换过硒鼓还是不行",
                Part::Controlling,
            ),
            (
                "en",
                Language::English,
                "Wei Zhang",
                "#1042 The printer on the third floor jams",
                Part::Controlling,
            ),
            (
                "both",
                Language::Both,
                "Wei Zhang",
                "#1042 打印机卡纸",
                Part::Watching,
            ),
            (
                "long",
                Language::English,
                "Maximiliane von Habsburg-Lothringen (IT Support Centre, Building 7)",
                "#1042 The printer on the third floor jams whenever more than three people print at the same time, and \
                 nobody knows why this is so, although two technicians came",
                Part::Controlling,
            ),
        ] {
            let question = Question {
                who: who.to_owned(),
                subject: subject.to_owned(),
                part,
                clipboard: part == Part::Controlling,
                language,
                patience: Duration::from_secs(60),
            };
            let before = Instant::now();
            let dialog = Dialog::show(&desk.desktop, question, Instant::now()).unwrap();
            let sign = Sign::show(
                &desk.desktop,
                Notice {
                    who: who.to_owned(),
                    part,
                    language,
                },
            )
            .unwrap();
            println!("{size} {name}: shown in {:?}", before.elapsed());
            let screen = desk.desktop.monitors().unwrap()[0].area;
            for area in sign.areas().into_iter().chain([dialog.area()]) {
                assert!(area.x >= 0 && area.y >= 0, "{area:?}");
                assert!(area.x as u16 + area.width <= screen.width, "{area:?} on {size}");
                assert!(area.y as u16 + area.height <= screen.height, "{area:?} on {size}");
            }
            if let Ok(folder) = std::env::var("PICTURES") {
                let path = format!("{folder}/{size}-{name}.png");
                Command::new("import")
                    .args(["-display", &desk.display, "-window", "root", &path])
                    .status()
                    .unwrap();
            }
        }
    }
}
