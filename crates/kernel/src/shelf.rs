//! What slices keep in the memory of this process: open connections, who watches what.
//!
//! One of each type, made when it is first asked for, and gone with the process: nothing that must survive belongs here. It is
//! reached from wherever the kernel is (handlers, jobs, subscribers), so that a slice needs no variable of the whole program, and
//! several installations in one process (tests) keep theirs apart.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One value of each type. Clones share it.
#[derive(Clone, Default)]
pub struct Shelf {
    values: Arc<Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>,
}

impl Shelf {
    /// The value of this type, made now when nobody asked before.
    pub fn get<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::<T>::default());
        // What stands under a type is of that type.
        Arc::clone(value).downcast().unwrap_or_default()
    }
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn who_asks_twice_gets_the_same_and_another_shelf_has_its_own() {
        let shelf = Shelf::default();
        shelf.get::<AtomicU32>().store(7, Ordering::Relaxed);
        assert_eq!(shelf.clone().get::<AtomicU32>().load(Ordering::Relaxed), 7);
        assert_eq!(Shelf::default().get::<AtomicU32>().load(Ordering::Relaxed), 0);
    }
}
