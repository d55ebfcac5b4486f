//! What a guest says to whoever started it, in their language.

/// The languages it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Chinese,
}

/// What there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Connected,
    Away,
    Over,
    Stale,
    Stranger,
    Failed,
}

impl Language {
    /// As the usual variables say.
    pub(super) fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        Self::of(&set.unwrap_or_default())
    }

    fn of(name: &str) -> Self {
        if name.starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// The first words: what this is, and how it ends.
    pub(super) fn greeting(self, server: &str) -> String {
        match self {
            Self::English => format!(
                "Mainstay remote help, {server}\n\
                 Your helper can ask to see your screen. You will be asked first, and you can stop at any time.\n\
                 Nothing is installed. This program ends by itself afterwards; Ctrl+C ends it now."
            ),
            Self::Chinese => format!(
                "Mainstay 远程协助，{server}\n\
                 技术人员可以请求查看您的屏幕。每次都会先征得您的同意，您可以随时停止。\n\
                 本程序不会安装任何内容，协助结束后自动退出；按 Ctrl+C 可立即退出。"
            ),
        }
    }

    /// The words for one of the rest.
    pub(super) const fn word(self, word: Word) -> &'static str {
        match (self, word) {
            (Self::English, Word::Connected) => "Connected. Waiting for your helper.",
            (Self::Chinese, Word::Connected) => "已连接，正在等待技术人员。",
            (Self::English, Word::Away) => "No connection. Trying again.",
            (Self::Chinese, Word::Away) => "连接中断，正在重试。",
            (Self::English, Word::Over) => {
                "It is over. Nothing was left on this computer but this file, which you can delete."
            }
            (Self::Chinese, Word::Over) => {
                "协助已结束。除本文件外没有在这台电脑上留下任何内容，您可以删除本文件。"
            }
            (Self::English, Word::Stale) => {
                "This file can no longer be used. Ask your helper for a new code and download it again."
            }
            (Self::Chinese, Word::Stale) => "此文件已失效。请向技术人员索取新的验证码，然后重新下载。",
            (Self::English, Word::Stranger) => {
                "The server could not prove who it is, so nothing was shown to it. Tell your helper."
            }
            (Self::Chinese, Word::Stranger) => {
                "服务器未能证明其身份，因此未向其显示任何内容。请告知技术人员。"
            }
            (Self::English, Word::Failed) => "This does not work here:",
            (Self::Chinese, Word::Failed) => "无法运行：",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_environments() {
        assert_eq!(Language::of("zh_CN.UTF-8"), Language::Chinese);
        assert_eq!(Language::of("en_GB.UTF-8"), Language::English);
        assert_eq!(Language::of(""), Language::English);
    }
}
