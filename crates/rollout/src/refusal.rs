//! Why an event is not taken. A state is never changed by an event that was refused.

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was ordered for an earlier round: it has been followed already, or something happened since.
    #[error("the rollout has moved on since; look again")]
    Stale,
    /// The state is not of this plan.
    #[error("the state does not belong to this plan")]
    OtherPlan,
    /// There is no such target.
    #[error("there is no such target")]
    UnknownTarget,
    /// No such command was ever given.
    #[error("no such command was ever given")]
    UnknownCommand,
    /// A step is answered as only another is: "found" is the answer of a check, "done" of all others.
    #[error("this is no answer to this step")]
    WrongAnswer,
    /// It has begun already.
    #[error("the rollout has begun already")]
    Begun,
    /// It has not begun, or it is over.
    #[error("the rollout is not under way")]
    NotUnderWay,
    /// It is not halted.
    #[error("the rollout is not halted")]
    NotHalted,
    /// Something runs still, or is being rolled back.
    #[error("something is still running; wait for its end")]
    StillRunning,
    /// Nothing failed.
    #[error("nothing has failed; go on instead")]
    NothingFailed,
    /// Nobody has to agree, or somebody has.
    #[error("nobody has to agree any more")]
    NothingToApprove,
    /// The second person is the first.
    #[error("the second person must be somebody else")]
    SamePerson,
    /// Nobody in particular ordered it.
    #[error("an order needs a person")]
    Nobody,
    /// No reason was given.
    #[error("a reason must be given")]
    NoReason,
    /// Too late, or there is one already.
    #[error("an exception is not needed any more")]
    NothingToExcept,
}

impl Refusal {
    /// The word that stays.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stale => "rollout.stale",
            Self::OtherPlan => "rollout.other_plan",
            Self::UnknownTarget => "rollout.unknown_target",
            Self::UnknownCommand => "rollout.unknown_command",
            Self::WrongAnswer => "rollout.wrong_answer",
            Self::Begun => "rollout.begun",
            Self::NotUnderWay => "rollout.not_under_way",
            Self::NotHalted => "rollout.not_halted",
            Self::StillRunning => "rollout.still_running",
            Self::NothingFailed => "rollout.nothing_failed",
            Self::NothingToApprove => "rollout.nothing_to_approve",
            Self::SamePerson => "rollout.same_person",
            Self::Nobody => "rollout.nobody",
            Self::NoReason => "rollout.no_reason",
            Self::NothingToExcept => "rollout.nothing_to_except",
        }
    }
}
