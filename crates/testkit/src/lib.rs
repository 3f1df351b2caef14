//! Sources, faults and clocks for tests.
