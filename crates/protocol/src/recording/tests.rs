//! Recordings: what is written is read again, whatever was shown, and what is broken is named.

use proptest::prelude::*;

use super::*;

fn record(at: u64, kind: Kind, bytes: &[u8]) -> Record {
    Record {
        at,
        kind,
        bytes: bytes.to_vec(),
    }
}

fn header() -> Header {
    Header {
        columns: 100,
        rows: 30,
        terminal: "xterm-256color".to_owned(),
        at: Some(1_700_000_000),
        title: Some("db-1 #1042".to_owned()),
    }
}

#[test]
fn a_recording_is_the_format_to_the_letter() {
    let mut writer = Writer::default();
    let mut file = Writer::header(&header());
    let records = [
        record(0, Kind::Hello, b"{}"),
        record(120, Kind::Output, b"$ "),
        record(1_250, Kind::Input, "l\u{1b}[A\r".as_bytes()),
        record(3_000, Kind::Resize, b"120x40"),
        record(3_000, Kind::Exit, b"0"),
    ];
    for line in records.iter().filter_map(|record| writer.line(record)) {
        file.push_str(&line);
    }
    let expected = "{\"version\":3,\"term\":{\"cols\":100,\"rows\":30,\"type\":\"xterm-256color\"},\"timestamp\":1700000000,\"title\":\"db-1 #1042\"}\n\
        [0.120, \"o\", \"$ \"]\n[1.130, \"i\", \"l\\u001b[A\\r\"]\n[1.750, \"r\", \"120x40\"]\n[0.000, \"x\", \"0\"]\n";
    assert_eq!(file, expected);
    let (read_header, events) = read(&file).unwrap();
    assert_eq!(read_header, header());
    let times: Vec<_> = events.iter().map(|event| (event.at, event.kind)).collect();
    let expected = [
        (120, Kind::Output),
        (1_250, Kind::Input),
        (3_000, Kind::Resize),
        (3_000, Kind::Exit),
    ];
    assert_eq!(times, expected);
}

#[test]
fn a_letter_cut_by_a_read_is_whole_in_the_recording() {
    let mut writer = Writer::default();
    let letters = "设备".as_bytes();
    let first = writer.line(&record(1, Kind::Output, &letters[..4])).unwrap();
    assert_eq!(first, "[0.001, \"o\", \"设\"]\n");
    let rest = writer.line(&record(2, Kind::Output, &letters[4..])).unwrap();
    assert_eq!(rest, "[0.001, \"o\", \"备\"]\n");
    let broken = writer.line(&record(3, Kind::Output, b"a\xffb")).unwrap();
    assert_eq!(broken, "[0.001, \"o\", \"a\u{fffd}b\"]\n");
}

#[test]
fn a_file_whose_last_line_was_cut_off_is_read_up_to_it() {
    let file = format!(
        "{}[0.5, \"o\", \"a\"]\n[0.1, \"o\", \"b",
        Writer::header(&header())
    );
    assert_eq!(read(&file).unwrap().1.len(), 1);
    let broken = format!("{}nonsense\n[0.1, \"o\", \"b\"]\n", Writer::header(&header()));
    assert_eq!(read(&broken), Err(Broken { line: 2 }));
    assert_eq!(read("{\"version\":2}"), Err(Broken { line: 1 }));
    let foreign = format!(
        "{}# a word\n[0.1, \"q\", \"?\"]\n[0.2, \"o\", \"b\"]\n",
        Writer::header(&header())
    );
    assert_eq!(
        read(&foreign).unwrap().1,
        [Event {
            at: 300,
            kind: Kind::Output,
            text: "b".to_owned()
        }]
    );
}

#[test]
fn a_password_leaves_neither_its_letters_nor_its_length() {
    let mut mask = Mask::default();
    let typed: Vec<u8> = b"hunter2\r"
        .iter()
        .flat_map(|byte| mask.hide(&[*byte], false))
        .collect();
    assert_eq!(typed, b"*\r");
    assert_eq!(mask.hide("密码\r".as_bytes(), false), b"*\r");
    assert_eq!(mask.hide(b"\x03", false), b"\x03");
    assert_eq!(mask.hide(b"ls -l\r", true), b"ls -l\r");
}

#[test]
fn what_is_no_record_is_refused_and_not_waited_for() {
    assert_eq!(Records::default().take(b"?\0\0\0\0\0\0\0\0"), Err(Unreadable));
    let mut long = record(0, Kind::Output, b"").encode();
    long[5..9].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(Records::default().take(&long), Err(Unreadable));
}

#[test]
fn words_are_what_a_reader_of_the_screen_read() {
    let mut words = Words::default();
    words.take(
        "\u{1b}]0;title\u{7}\u{1b}[32mroot@db\u{1b}[0m# lss\u{8} \u{8}\r\nprogress 10%\rprogress 99%\r\n",
    );
    words.take("\u{1b}[?1049hvim draws here\r\n\u{1b}[?1049lafter\ttab");
    assert_eq!(words.lines(), ["root@db# ls", "progress 99%"]);
    assert_eq!(words.finish(), ["after   tab"]);
}

proptest! {
    #[test]
    fn records_come_out_as_they_went_in_however_they_were_cut(
        pieces in proptest::collection::vec((any::<u32>(), 0..6_usize, proptest::collection::vec(any::<u8>(), 0..200)), 0..12),
        cut in 1..40_usize,
    ) {
        let kinds = [Kind::Hello, Kind::Output, Kind::Input, Kind::Resize, Kind::Marker, Kind::Exit];
        let sent: Vec<Record> = pieces
            .iter()
            .map(|(at, kind, bytes)| record(u64::from(*at), kinds[*kind], bytes))
            .collect();
        let stream: Vec<u8> = sent.iter().flat_map(Record::encode).collect();
        let mut records = Records::default();
        let mut came = Vec::new();
        let mut taken = 0;
        for piece in stream.chunks(cut) {
            for (record, length) in records.take(piece).unwrap() {
                came.push(record);
                taken += length;
            }
        }
        prop_assert_eq!(came, sent);
        prop_assert_eq!(taken, stream.len());
    }

    #[test]
    fn whatever_is_shown_can_be_written_and_read(shown in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 0..20)) {
        let mut writer = Writer::default();
        let mut file = Writer::header(&header());
        let mut words = Words::default();
        for (number, bytes) in shown.iter().enumerate() {
            let one = record(u64::try_from(number).unwrap() * 7, Kind::Output, bytes);
            file.extend(writer.line(&one));
        }
        let (_, events) = read(&file).unwrap();
        let text: String = events.iter().map(|event| event.text.as_str()).collect();
        words.take(&text);
        let whole = shown.concat();
        let lossy = String::from_utf8_lossy(&whole);
        prop_assert!(lossy.starts_with(text.as_str()), "{:?} {:?}", lossy, text);
    }
}
