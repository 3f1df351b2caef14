//! The delivery chain as a viewer walks it: evidence, cause, mend.
