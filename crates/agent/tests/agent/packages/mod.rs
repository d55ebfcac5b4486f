//! Packages at wanted versions and back, by real apt and dpkg in a device of its own.

mod breaking;
mod cutting;
mod device;
mod refusing;
mod walking;
