//! What one can type.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use screener_app::view::{Format, Preset, WishesView};
use screener_app::{Result, film_time};

use crate::aws_args::AwsVerb;

/// Publish films as private streams: encoded here, stored where you say, watched through signed links.
#[derive(Debug, Parser)]
#[command(name = "screener", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// What holds everywhere.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Flags before or after the verb.
#[derive(Debug, Args)]
pub struct Global {
    /// One JSON object a line; errors as JSON on stderr.
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder that holds all state.
    #[arg(long, global = true, value_name = "DIR", env = "SCREENER_HOME")]
    pub data_dir: Option<PathBuf>,
    /// Where private keys are kept. `file` is encrypted with the passphrase in `SCREENER_KEY_PASSPHRASE`.
    #[arg(long, global = true, value_name = "STORE", env = "SCREENER_KEY_STORE")]
    pub key_store: Option<KeyStore>,
    /// Tell on stderr what is being done.
    #[arg(long, short, global = true)]
    pub verbose: bool,
}

/// Where private keys are kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum KeyStore {
    /// The operating system's keychain.
    Keychain,
    /// An encrypted file in the data folder.
    File,
}

/// Segment format.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FormatArg {
    /// Fragmented MP4.
    Cmaf,
    /// MPEG transport stream.
    Ts,
}

/// How much time is spent.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PresetArg {
    /// Quickest.
    Fast,
    /// Between.
    Balanced,
    /// Smallest.
    Best,
}

/// How a stream is made.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or no of its own")]
pub struct Wishes {
    /// Segment format [default: cmaf].
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<FormatArg>,
    /// How much time is spent on how small the files become [default: balanced].
    #[arg(long, value_name = "PRESET")]
    pub preset: Option<PresetArg>,
    /// Heights of the rungs: 1080,720,480,360.
    #[arg(long, value_name = "HEIGHTS", value_delimiter = ',')]
    pub ladder: Option<Vec<u32>>,
    /// No poster, storyboard, trick play and captions.
    #[arg(long)]
    pub no_extras: bool,
    /// Encode even what could be copied.
    #[arg(long)]
    pub no_copy: bool,
    /// Also a single-file MP4.
    #[arg(long)]
    pub mp4: bool,
    /// Even out the loudness: the sound is brought to -16 LUFS (EBU R 128). It is read through first, so that the film begins to
    /// appear a little later.
    #[arg(long)]
    pub loudness: bool,
    /// Encoder: auto, x264, videotoolbox, nvenc, qsv, amf, vaapi.
    #[arg(long, value_name = "NAME")]
    pub encoder: Option<String>,
    /// Where it begins, a time of the film: seconds (83.5), mm:ss or h:mm:ss.fff. The picture that is shown then is the first.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Where it ends, a time of the film as well. The picture that is shown then is no longer in. Nothing before and behind is
    /// uploaded.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub to: Vec<String>,
}

impl Wishes {
    /// Over the creator's defaults.
    ///
    /// # Errors
    /// `wrong_time` for a point that is no time in a film.
    pub fn over(self, mut wishes: WishesView) -> Result<WishesView> {
        wishes.from = self.from.as_deref().map(film_time).transpose()?;
        wishes.to = match self.to.as_slice() {
            [] => None,
            points => Some(film_time(&points.join(" "))?),
        };
        if let Some(format) = self.format {
            wishes.format = match format {
                FormatArg::Cmaf => Format::Cmaf,
                FormatArg::Ts => Format::Ts,
            };
        }
        if let Some(preset) = self.preset {
            wishes.preset = match preset {
                PresetArg::Fast => Preset::Fast,
                PresetArg::Balanced => Preset::Balanced,
                PresetArg::Best => Preset::Best,
            };
        }
        if self.ladder.is_some() {
            wishes.heights = self.ladder;
        }
        if let Some(encoder) = self.encoder {
            wishes.encoder = encoder;
        }
        wishes.extras &= !self.no_extras;
        wishes.copy &= !self.no_copy;
        wishes.mp4 |= self.mp4;
        wishes.loudness |= self.loudness;
        Ok(wishes)
    }

    /// Takes the destination that was typed after `--to`: whatever does not look like a time.
    pub fn take_destination(&mut self) -> Option<String> {
        let is_time = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_digit() || "-+.:".contains(c)) && !text.contains(char::is_alphabetic)
        };
        let at = self.to.iter().position(|text| !is_time(text))?;
        Some(self.to.remove(at))
    }
}

/// Conditions of a link.
#[derive(Debug, Args)]
pub struct Conditions {
    /// When it ends: 7d, 12h, 30m, 2026-12-24T18:00:00Z or seconds since 1970 [default: 7d].
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub expires: Option<String>,
    /// When it opens, as --expires.
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub opens: Option<String>,
    /// The one IPv4 network it works from: 203.0.113.0/24.
    #[arg(long, value_name = "CIDR")]
    pub ip: Option<String>,
}

/// For whom a link is.
#[derive(Debug, Args)]
pub struct Recipient {
    /// For whom it is: "Anna, distribution".
    #[arg(long, value_name = "NAME", conflicts_with = "names")]
    pub name: Option<String>,
    /// One link for each name of this file (`-`: of the input): a name a line, or a table with a column headed `name`.
    #[arg(long, value_name = "FILE")]
    pub names: Option<PathBuf>,
    /// Read a password from the input's first line; the viewer's page asks for it.
    #[arg(long)]
    pub password_stdin: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Encode films, upload them and print their links.
    Publish {
        /// Films, and folders of films.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Destination [default: the default one]. `--to DEST` is the same, where its name does not look like a time.
        #[arg(long, value_name = "DEST")]
        destination: Option<String>,
        /// Title of a single film.
        #[arg(long, value_name = "TITLE")]
        title: Option<String>,
        /// Keep the local edge up until Ctrl-C, so that the links play.
        #[arg(long)]
        serve: bool,
        #[command(flatten)]
        wishes: Wishes,
    },
    /// Write a film's stream into a folder, and nothing more.
    Transcode {
        /// Film.
        file: PathBuf,
        /// Folder to write; new or empty.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        #[command(flatten)]
        wishes: Wishes,
    },
    /// What a film is.
    Probe {
        /// Film.
        file: PathBuf,
    },
    /// What would be made of a film.
    Ladder {
        /// Film.
        file: PathBuf,
        #[command(flatten)]
        wishes: Wishes,
    },
    /// Apple's HLS rules against a folder, a playlist or a URL. Fails on a broken MUST.
    Check {
        /// Folder, playlist file or http(s) URL.
        target: String,
    },
    /// What the playlist endpoint does: put the viewer's signature on every line of a playlist (stdin to stdout).
    Rewrite {
        /// Policy, as in the link.
        #[arg(long)]
        policy: String,
        /// Signature, as in the link.
        #[arg(long)]
        signature: String,
        /// Key pair id, as in the link.
        #[arg(long)]
        key_pair_id: String,
        /// Hash-Algorithm, where the link has one.
        #[arg(long)]
        hash_algorithm: Option<String>,
        /// The link's own name, where it has one.
        #[arg(long, value_name = "NAME")]
        l: Option<String>,
        /// The distribution's domain: absolute addresses below it are signed as well.
        #[arg(long, value_name = "DOMAIN")]
        distribution: Option<String>,
    },
    /// Sign a CloudFront URL with a key of your own.
    Sign {
        /// URL.
        url: String,
        /// Private key, PEM or DER: RSA 2048 or ECDSA P-256.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// CloudFront's id of the public key.
        #[arg(long, value_name = "ID")]
        key_pair_id: String,
        /// When it ends: 2026-12-24T18:00:00Z, 7d, 12h, 30m or seconds since 1970.
        #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
        expires: String,
        /// When it opens, as --expires.
        #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
        opens: Option<String>,
        /// The one IPv4 network it works from.
        #[arg(long, value_name = "CIDR")]
        ip: Option<String>,
        /// What the policy allows, `*` and `?` are wildcards [default: the URL].
        #[arg(long, value_name = "RESOURCE")]
        resource: Option<String>,
        /// Digest of the signature.
        #[arg(long, value_name = "HASH", default_value = "sha1")]
        hash: HashArg,
    },
    /// Make a link to a video, or one for each name of a list.
    Link {
        /// Video.
        id: String,
        #[command(flatten)]
        conditions: Conditions,
        #[command(flatten)]
        recipient: Recipient,
    },
    /// Links that were made: for whom, how far they have come, who watched.
    Links {
        /// Video [default: all].
        id: Option<String>,
    },
    /// Take links back: the next request of each is refused.
    Revoke {
        /// Links, by their ten letters.
        #[arg(required_unless_present = "video", conflicts_with = "video", value_name = "LINK")]
        links: Vec<String>,
        /// Every link of this video made so far.
        #[arg(long, value_name = "ID")]
        video: Option<String>,
        /// Give the named links back instead.
        #[arg(long, conflicts_with = "video")]
        undo: bool,
    },
    /// Who has watched: views, seconds and the share of the film that were fetched, of each link.
    Views {
        /// Video [default: all].
        id: Option<String>,
    },
    /// What films cost to keep and to watch, at AWS's list prices; without a video also this month so far.
    Cost {
        /// Video [default: all].
        id: Option<String>,
        /// Of how many views the price is told.
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
        views: u32,
    },
    /// Every video.
    List {
        /// Look at every destination first.
        #[arg(long)]
        refresh: bool,
    },
    /// One video.
    Show {
        /// Video.
        id: String,
    },
    /// Give a video another title.
    Rename {
        /// Video.
        id: String,
        /// Title.
        title: String,
    },
    /// Replace the file behind a video; its links stay.
    Replace {
        /// Video.
        id: String,
        /// Film.
        file: PathBuf,
        #[command(flatten)]
        wishes: Wishes,
    },
    /// Make a moment of the film its poster.
    Poster {
        /// Video.
        id: String,
        /// Seconds, or h:mm:ss.
        time: String,
    },
    /// Remove videos: at once unwatchable, then every object.
    Rm {
        /// Videos.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Every job.
    Jobs,
    /// Pause a job.
    Pause {
        /// Job.
        job: String,
    },
    /// Cancel a job and remove what it left.
    Cancel {
        /// Job.
        job: String,
    },
    /// Try a failed job again.
    Retry {
        /// Job.
        job: String,
    },
    /// Move a waiting job to a place in the queue.
    Move {
        /// Job.
        job: String,
        /// Place, 0 is next.
        #[arg(default_value_t = 0)]
        place: u32,
    },
    /// Go on with what was paused or interrupted, until every job has ended.
    Resume {
        /// Jobs [default: all].
        #[arg(value_name = "JOB")]
        jobs: Vec<String>,
    },
    /// Keep the local edge up until Ctrl-C, so that local links play.
    Serve {
        /// Port for links; 0: any that is free [default: the one of last time].
        #[arg(long, value_name = "N")]
        port: Option<u16>,
        /// Start the local edge from a CloudFormation template as it was edited; films, links and `doctor` go through it meanwhile.
        #[arg(long, value_name = "FILE")]
        template: Option<PathBuf>,
        /// Value of one of its parameters; may be given more than once.
        #[arg(long = "parameter", value_name = "NAME=VALUE", requires = "template")]
        parameters: Vec<String>,
    },
    /// Where videos are published.
    Destination {
        #[command(subcommand)]
        verb: DestinationVerb,
    },
    /// Key pairs of the local destination.
    Key {
        #[command(subcommand)]
        verb: KeyVerb,
    },
    /// Your own AWS: planned, made, looked at, updated, taken away.
    Aws {
        #[command(subcommand)]
        verb: AwsVerb,
    },
    /// Walk the delivery chain as a viewer does, and say which step is broken and how to mend it.
    Doctor {
        /// Destination [default: the default one].
        destination: Option<String>,
    },
}

/// Digest of a signature.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum HashArg {
    /// What every distribution takes.
    Sha1,
    /// Adds `Hash-Algorithm=SHA256`.
    Sha256,
}

/// Kind of destination.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum KindArg {
    /// A bucket behind CloudFront.
    Aws,
    /// Any S3-compatible store.
    S3,
}

/// Verbs of destinations.
#[derive(Debug, Subcommand)]
pub enum DestinationVerb {
    /// Every destination.
    List,
    /// Add one that exists already.
    Add(Box<DestinationArgs>),
    /// Forget one; what is stored there stays.
    Remove {
        /// Name.
        name: String,
    },
    /// Upload, read back, sign, fetch as a viewer, clean up.
    Test {
        /// Name [default: the default one].
        name: Option<String>,
    },
}

/// A destination as it is typed.
#[derive(Debug, Args)]
pub struct DestinationArgs {
    /// Name of your choice.
    pub name: String,
    /// Kind [default: s3 with --endpoint, aws without].
    #[arg(long, value_name = "KIND")]
    pub kind: Option<KindArg>,
    /// Bucket.
    #[arg(long)]
    pub bucket: String,
    /// Region.
    #[arg(long)]
    pub region: Option<String>,
    /// S3 endpoint, for S3-compatible stores.
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// Bucket in the path rather than in the host.
    #[arg(long)]
    pub path_style: bool,
    /// Domain that viewers fetch from; without it an S3-compatible store is watched through the local edge.
    #[arg(long)]
    pub domain: Option<String>,
    /// The distribution's id, for the invalidations after a deletion; found by its domain when left out.
    #[arg(long, value_name = "ID")]
    pub distribution: Option<String>,
    /// Folder of the bucket [default: videos].
    #[arg(long)]
    pub prefix: Option<String>,
    /// CloudFront's id of the public key.
    #[arg(long, value_name = "ID")]
    pub key_pair_id: Option<String>,
    /// Private key to take into the key store.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Sign with SHA-256.
    #[arg(long)]
    pub sha256: bool,
    /// AWS profile.
    #[arg(long)]
    pub profile: Option<String>,
    /// Access key id; its secret is read from `SCREENER_SECRET_ACCESS_KEY` and kept in the key store.
    #[arg(long, value_name = "ID")]
    pub access_key_id: Option<String>,
    /// Use it when none is named.
    #[arg(long)]
    pub default: bool,
}

/// Verbs of keys.
#[derive(Debug, Subcommand)]
pub enum KeyVerb {
    /// Make a key pair.
    New,
    /// Every key pair.
    List,
    /// Make a new key pair the one that signs; links of the old one stay until it is removed.
    Rotate,
    /// Remove a key pair: its links end.
    Remove {
        /// Key pair id.
        id: String,
    },
}
