//! What a film, its views and a month cost, after a dated table of AWS's prices.
