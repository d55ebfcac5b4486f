//! Quotes and signatures against the expectations of mailgun's talon, and Chinese programs it does not know.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where the story breaks")]

use std::path::{Path, PathBuf};

use mail::message::Message;
use mail::message::quote::{Occasion, fold_text};

fn talon() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mail/talon");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        folder.display()
    );
    println!("skipped: {} is not there", folder.display());
    None
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|found| found == ending));
    files.sort();
    files
}

#[test]
fn replies_of_all_mail_programs_are_freed_of_their_quotes() {
    let Some(folder) = talon() else { return };
    let files = files(&folder.join("standard_replies"), "eml");
    assert!(files.len() >= 12);
    for path in files {
        let message = Message::parse(&std::fs::read(&path).unwrap()).unwrap();
        let expected = std::fs::read_to_string(
            path.with_file_name(format!("{}_reply_text", path.file_stem().unwrap().display())),
        );
        let expected = expected.unwrap_or_else(|_| "Hello".to_owned());
        assert_eq!(
            words(&message.text_without_quotes()),
            words(&expected),
            "{}",
            path.display()
        );
        assert_eq!(message.reply_text.trim(), "Hello", "{}", path.display());
        assert!(!message.quoted.is_empty());
    }
}

#[test]
fn html_replies_of_all_mail_programs_are_freed_of_their_quotes() {
    let Some(folder) = talon() else { return };
    let files = files(&folder.join("html_replies"), "html");
    assert!(files.len() >= 9);
    for path in files {
        let html = std::fs::read(&path).unwrap();
        let raw = [
            &b"Subject: Re: Test\nContent-Type: text/html; charset=utf-8\n\n"[..],
            &html,
        ]
        .concat();
        let message = Message::parse(&raw).unwrap();
        assert_eq!(
            words(&message.reply_text),
            "Hi. I am fine. Thanks, Alex",
            "{}\n{}",
            path.display(),
            message.text
        );
        assert!(
            message.quoted.contains("Hello! How are you?"),
            "{}",
            path.display()
        );
    }
}

#[test]
fn html_originals_in_containers_and_behind_rules_are_folded() {
    let Some(folder) = talon() else { return };
    for (file, reply) in [
        ("OLK_SRC_BODY_SECTION.html", "Reply"),
        ("reply-separated-by-hr.html", "Hi there Bob"),
    ] {
        let html = std::fs::read(folder.join(file)).unwrap();
        let raw = [&b"Subject: Re: Test\nContent-Type: text/html\n\n"[..], &html].concat();
        assert_eq!(words(&Message::parse(&raw).unwrap().reply_text), reply, "{file}");
    }
    let raw = std::fs::read(folder.join("reply-quotations-share-block.eml")).unwrap();
    let message = Message::parse(&raw).unwrap();
    assert!(
        message.reply_text.starts_with("Hi Katharine."),
        "{}",
        message.reply_text
    );
    assert!(!message.reply_text.contains("wrote:"), "{}", message.reply_text);
}

#[test]
fn chinese_programs_are_known() {
    for (name, text) in [
        ("qq", "好的，已经可以打印了。\n\n\n------------------ 原始邮件 ------------------\n发件人: \"IT 服务台\" <it@example.com>;\n发送时间: 2024年1月2日(星期二) 上午10:11\n收件人: \"张三\"<zhang@example.com>;\n主题: [#1042] 打印机\n\n请问现在可以了吗？"),
        ("qq html text", "好的，已经可以打印了。\n\n------------------\u{a0}Original\u{a0}------------------\nFrom: \"IT\" <it@example.com>\n请问现在可以了吗？"),
        ("foxmail", "好的，已经可以打印了。\n\n张三\nzhang@example.com\n\n发件人： IT 服务台\n发送时间： 2024-01-02 10:11\n收件人： 张三\n主题： [#1042] 打印机\n请问现在可以了吗？".replace("\n\n张三\nzhang@example.com", "").as_str()),
        ("netease", "好的，已经可以打印了。\n\n\n\n在 2024-01-02 10:11:12，\"IT 服务台\" <it@example.com> 写道：\n\n>请问现在可以了吗？"),
        ("netease at", "好的，已经可以打印了。\n\nAt 2024-01-02 10:11:12, \"IT\" <it@example.com> wrote:\n>请问现在可以了吗？"),
        ("netease mobile", "好的，已经可以打印了。\n---- 回复的原邮件 ----\n发件人 IT\n请问现在可以了吗？"),
        ("gmail zh", "好的，已经可以打印了。\n\nIT 服务台 <it@example.com> 于2024年1月2日周二 10:11写道：\n\n> 请问现在可以了吗？"),
        ("apple zh", "好的，已经可以打印了。\n\n> 在 2024年1月2日，10:11，IT <it@example.com> 写道：\n> \n> 请问现在可以了吗？"),
        ("outlook zh", "好的，已经可以打印了。\n\n________________________________\n发件人: IT 服务台 <it@example.com>\n发送时间: 2024年1月2日 10:11\n收件人: 张三\n主题: 打印机\n\n请问现在可以了吗？"),
        ("outlook mixed", "好的，已经可以打印了。\n\n-----邮件原件-----\n发件人: it@example.com [mailto:it@example.com] \n发送时间: 2024年1月2日 10:11\n收件人: 张三\n主题: 打印机\n\n请问现在可以了吗？"),
    ] {
        let folded = fold_text(text, Occasion::Reply);
        assert_eq!(folded.reply, "好的，已经可以打印了。", "{name}");
        assert!(folded.quoted.contains("请问现在可以了吗？"), "{name}");
    }
}

#[test]
fn a_chinese_signature_is_folded_by_itself() {
    let folded = fold_text(
        "重启后好了\n\n发自我的iPhone\n\n在 2024年1月2日，上午10:11，IT <it@example.com> 写道：\n\n> 好了吗",
        Occasion::Reply,
    );
    assert_eq!(
        (folded.reply.as_str(), folded.signature.as_str()),
        ("重启后好了", "发自我的iPhone")
    );
    let folded = fold_text("重启后好了\n-- \n张三\n信息部", Occasion::New);
    assert_eq!(
        (folded.reply.as_str(), folded.signature.as_str()),
        ("重启后好了", "-- \n张三\n信息部".replace("-- ", "--").as_str())
    );
}

#[test]
fn answers_between_the_lines_stay_with_their_questions() {
    let text = "On 3 Apr 2012, at 16:19, it@example.com <it@example.com> wrote:\n> Which printer?\nThe red one.\n> Since when?\nMonday.";
    let folded = fold_text(text, Occasion::Reply);
    assert_eq!((folded.reply.as_str(), folded.quoted.as_str()), (text, ""));
}

#[test]
fn an_answer_below_the_quotation_is_the_reply() {
    let folded = fold_text(
        "On 04/02/2012 06:26 PM, Ann wrote:\n> Hi\n> there\n\nHello",
        Occasion::Reply,
    );
    assert_eq!(
        (folded.reply.as_str(), folded.quoted.as_str()),
        ("Hello", "On 04/02/2012 06:26 PM, Ann wrote:\n> Hi\n> there")
    );
}

#[test]
fn what_is_forwarded_stays_in_sight() {
    let block = "From: Bob\nSent: Monday\nTo: Ann\nSubject: Printer\n\nIt burns.";
    assert_eq!(
        fold_text(&format!("See below.\n\n{block}"), Occasion::Forward).quoted,
        ""
    );
    assert_eq!(fold_text(block, Occasion::New).reply, block);
    assert_eq!(fold_text(block, Occasion::Reply).reply, "");
    let forwarded = "FYI\n\n---------- Forwarded message ----------\nFrom: Bob <b@example.com>\nDate: Mon\nSubject: x\n\n> It burns.\n> Help.\n> Now.";
    assert_eq!(fold_text(forwarded, Occasion::New).reply, forwarded);
    for (subject, occasion) in [
        ("FW: x", Occasion::Forward),
        ("转发：x", Occasion::Forward),
        ("回复: x", Occasion::Reply),
        ("x", Occasion::New),
    ] {
        assert_eq!(Occasion::of(subject, false), occasion, "{subject}");
    }
}

#[test]
fn comparisons_and_lists_are_no_quotes() {
    let text = "The load is\n> 90 %\non the server.\n\nSteps:\n- one\n- two";
    assert_eq!(fold_text(text, Occasion::New).reply, text);
}

#[test]
fn html_of_chinese_programs_and_outlook_is_folded() {
    for (name, html) in [
        (
            "qq",
            "<div>好的，可以了。</div><div><br></div><div style='font-size:12px'>------------------&nbsp;原始邮件&nbsp;------------------</div>\
                <div><div><b>发件人:</b>&nbsp;\"IT\" &lt;it@example.com&gt;;</div><div><b>发送时间:</b>&nbsp;2024年1月2日</div></div><div>现在呢？</div>",
        ),
        (
            "netease",
            "<div>好的，可以了。</div><br><p>在 2024-01-02 10:11:12，\"IT\" &lt;it@example.com&gt; 写道：</p><blockquote id='isReplyContent'>现在呢？</blockquote>",
        ),
        (
            "foxmail",
            "<div>好的，可以了。</div><hr style='width:210px'><div><div><b>发件人：</b>&nbsp;IT</div><div><b>发送时间：</b>&nbsp;2024-01-02</div>\
                     <div><b>收件人：</b>&nbsp;张三</div></div><div>现在呢？</div>",
        ),
        (
            "outlook web",
            "<div>好的，可以了。</div><hr><div id='x_divRplyFwdMsg'><b>发件人:</b> IT<br></div><div>现在呢？</div>",
        ),
        (
            "outlook phone",
            "<div>好的，可以了。</div><div id='ms-outlook-mobile-reference-message'>IT<br>现在呢？</div>",
        ),
    ] {
        let raw = format!("Subject: 回复: x\nContent-Type: text/html; charset=utf-8\n\n{html}");
        let message = Message::parse(raw.as_bytes()).unwrap();
        assert_eq!(message.reply_text, "好的，可以了。", "{name}\n{}", message.text);
        assert!(message.quoted.contains("现在呢？"), "{name}");
    }
}
