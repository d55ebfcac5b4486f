//! The words by which mail programs announce quotations, in the languages they are used in, in lower case.
//!
//! Lists are written as one text with `|` between the words, so that a language can be added by writing a word.

/// The words of a list.
pub(super) fn each(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split('|')
}

/// Words of the ruled line above a forwarded message.
pub(super) const FORWARDS: &str = "forwarded message|forwarded by|original forwarded|转发的邮件|转发邮件|轉寄郵件|转发的信件|轉寄的郵件|\
    weitergeleitete nachricht|message transféré|mensaje reenviado|mensagem encaminhada|\
    messaggio inoltrato|doorgestuurd bericht|пересылаемое сообщение|\
    перенаправленное сообщение|vidarebefordrat meddelande|videresendt melding|転送メッセージ|\
    전달된 메시지|wiadomość przekazana|forwarding messages";

/// Words of the ruled line above an original message.
pub(super) const ORIGINALS: &str = "original message|original appointment|original email|original mail|original|\
    reply message|replied message|原始邮件|原始郵件|原邮件|回复的原邮件|回复的邮件|原始信件|原始邮件信息|邮件原件|\
    ursprüngliche nachricht|originalnachricht|message d'origine|message original|\
    mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|\
    исходное сообщение|oprindelig meddelelse|ursprungligt meddelande|元のメッセージ|원본 메시지|\
    alkuperäinen viesti|wiadomość oryginalna";

/// Names of the From field.
pub(super) const FROM: &str = "from|von|de|van|da|från|fra|od|от|от кого|发件人|發件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|lähettäjä|\
    gönderen";

/// Names of the Date field.
pub(super) const SENT: &str = "sent|date|sent at|gesendet|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|\
    enviado em|fecha|data|inviato|verzonden|skickat|sendt|dato|wysłano|отправлено|дата|发送时间|\
    發送時間|发送日期|日期|时间|時間|发件时间|传送时间|傳送時間|寄件日期|送信日時|日時|보낸 날짜|날짜|lähetetty|päivä|gönderilme|\
    tarih|sent on";

/// Names of the To field.
pub(super) const TO: &str =
    "to|an|à|a|para|aan|till|til|do|кому|收件人|收件者|收信人|宛先|받는 사람|받는사람|vastaanottaja|kime|per";

/// Names of the Subject field.
pub(super) const SUBJECT: &str = "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|тема|主题|主題|主旨|标题|\
    件名|제목|aihe|konu|re";

/// Names of fields that may stand between the others.
pub(super) const OTHER: &str = "cc|bcc|kopie|copie|抄送|副本|密送|копия|참조|reply-to|importance|priority|重要性|attachments|附件|\
    sent by|organization";

/// How a sentence that announces a quotation begins.
pub(super) const OPENERS: &str = "on |at |le |am |op |el |il |em |den |på |w dniu|dnia|dne|vào |no dia|in data|la data|在|\
    于|於|il giorno|pe |στις|pada |quoting |в |wiadomość napisana";

/// How it ends.
pub(super) const VERBS: &str = "wrote|writes|sent|said|写道|寫道|写到|写的|a écrit|a ecrit|a écrit de|schrieb|geschrieben|\
    escribió|escribio|escreveu|ha scritto|schreef|geschreven|het volgende geschreven|\
    verzond|napisał|napisał(a)|napisała|пишет|писал|написал|написала|написав|пише|skrev|\
    kirjoitti|書きました|のメッセージ|작성|님이 작성|đã viết|a scris|yazdı|napsal(a)";
