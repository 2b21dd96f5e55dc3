//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use model::VmCommand;

use crate::console::ConsoleCommand;

/// Looks after libvirt hosts and their VMs from a terminal. Shares its inventory with the window.
#[derive(Debug, Parser)]
#[command(name = "innkeeperctl", version, propagate_version = true)]
pub struct Arguments {
    /// Write one JSON document instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// Parses a command line; ends the program with status 2 and the reason when it is wrong.
    pub fn of(line: impl Iterator<Item = OsString>) -> Self {
        match Self::try_of(line) {
            Ok(arguments) => arguments,
            Err(error) => error.exit(),
        }
    }

    /// `--json` counts wherever it stands, also after tags that begin with a hyphen.
    fn try_of(line: impl Iterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut json = false;
        let mut words: Vec<OsString> = Vec::new();
        for word in line {
            let literal = words.iter().any(|word| word == "--");
            if word == "--json" && !literal {
                json = true;
            } else {
                words.push(word);
            }
        }
        let mut arguments = Self::try_parse_from(words)?;
        arguments.json |= json;
        Ok(arguments)
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The configured connections.
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// Reads hosts into the inventory.
    Sync {
        /// Names of connections; all when none is given.
        names: Vec<String>,
        /// Read every definition, too.
        #[arg(long)]
        details: bool,
    },
    /// Lists VMs.
    List(List),
    /// Shows one VM.
    Show(Show),
    #[command(flatten)]
    Act(ActArguments),
    /// Keeps a note on a VM, on this computer only.
    Note {
        /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
        vm: String,
        /// The note; empty removes it.
        text: String,
    },
    /// What was asked for, and what became of it.
    #[command(subcommand)]
    Task(TaskCommand),
    /// Connects what starts by itself and writes what changes, one JSON document a line.
    Watch,
    #[command(flatten)]
    Console(ConsoleCommand),
}

/// About connections.
#[derive(Debug, Subcommand)]
pub enum ConnectionCommand {
    /// Adds a connection.
    Add {
        /// Its name.
        name: String,
        /// Where: qemu+ssh://root@host/system, test:///file.xml, …
        uri: String,
        /// Folder it is shown in.
        #[arg(long, default_value = "")]
        folder: String,
        /// Change nothing through it.
        #[arg(long)]
        read_only: bool,
        /// Do not connect at start.
        #[arg(long)]
        manual: bool,
        /// Private key for ssh.
        #[arg(long)]
        key_file: Option<String>,
        /// Path of libvirt's socket on the host.
        #[arg(long)]
        remote_socket: Option<String>,
    },
    /// Lists connections.
    List,
    /// Shows one connection.
    Show {
        /// Its name.
        name: String,
    },
    /// Removes a connection and what is known through it. Changes nothing on the host.
    Remove {
        /// Its name.
        name: String,
    },
    /// Finds out step by step why a connection works or does not.
    Doctor {
        /// A connection's name, or a URI.
        target: String,
    },
    /// Adds or changes the connections of a TOML file: all, or none when anything is wrong.
    Import {
        /// The file; `-` for standard input.
        file: PathBuf,
    },
    /// Writes all connections as TOML. Nothing in it is secret.
    Export,
}

/// What to list.
#[derive(Debug, Args)]
pub struct List {
    /// From the inventory alone; never touches the network.
    #[arg(long)]
    pub offline: bool,
    /// Only this connection's VMs.
    #[arg(long)]
    pub connection: Option<String>,
    /// Only VMs in this state: running, paused, shut_off, saved, crashed, unknown.
    #[arg(long)]
    pub state: Option<String>,
    /// Only VMs that fit, such as `tag:prod state:off web`.
    #[arg(long)]
    pub search: Option<String>,
}

/// What to show.
#[derive(Debug, Args)]
pub struct Show {
    /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
    pub vm: String,
    /// With its definition.
    #[arg(long)]
    pub xml: bool,
    /// With the definitions it had.
    #[arg(long)]
    pub history: bool,
}

/// An action on VMs.
#[derive(Debug)]
pub struct ActArguments {
    /// On which.
    pub vms: Vec<String>,
    /// What.
    pub what: What,
    /// Whether to return before it has happened.
    pub no_wait: bool,
}

/// What to do to VMs.
#[derive(Debug, Clone)]
pub enum What {
    /// The same for all, whatever they are.
    Command(VmCommand),
    /// Add and remove tags.
    Tags {
        /// Tags it is to have.
        add: Vec<String>,
        /// Tags it is not to have.
        remove: Vec<String>,
    },
}

#[derive(Debug, Args)]
struct Vms {
    /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
    #[arg(required = true)]
    vms: Vec<String>,
    /// Return before it has happened; it goes on in the background.
    #[arg(long)]
    no_wait: bool,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Powers VMs on, or restores what was saved.
    Start(Vms),
    /// Asks guests to shut down and waits for them.
    Shutdown(Vms),
    /// Asks guests to reboot.
    Reboot(Vms),
    /// Presses the reset button. What the guest had not written is lost.
    Reset(Vms),
    /// Pulls the plug. What the guest had not written is lost.
    ForceOff(Vms),
    /// Stops VMs' CPUs.
    Pause(Vms),
    /// Lets VMs' CPUs run again.
    Resume(Vms),
    /// Writes VMs' memory to the host's disk and stops them.
    Save(Vms),
    /// Throws saved memory away.
    DiscardSaved(Vms),
    /// Sends a non-maskable interrupt.
    Nmi(Vms),
    /// Whether the host starts VMs at boot.
    Autostart {
        /// on or off.
        #[arg(value_parser = ["on", "off"])]
        to: String,
        #[command(flatten)]
        vms: Vms,
    },
    /// Gives a VM another name.
    Rename {
        /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
        vm: String,
        /// The new name.
        new: String,
        /// Return before it has happened; it goes on in the background.
        #[arg(long)]
        no_wait: bool,
    },
    /// Adds (+tag) and removes (-tag) tags.
    Tag {
        /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
        vm: String,
        /// +tag or -tag.
        #[arg(required = true, allow_hyphen_values = true)]
        changes: Vec<String>,
    },
    /// Changes a VM's title or description.
    Edit {
        /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
        vm: String,
        /// New title; empty removes it.
        #[arg(long)]
        title: Option<String>,
        /// New description; empty removes it.
        #[arg(long)]
        description: Option<String>,
    },
}

impl Act {
    fn into_arguments(self) -> Result<ActArguments, clap::Error> {
        let many = |vms: Vms, command| ActArguments {
            vms: vms.vms,
            what: What::Command(command),
            no_wait: vms.no_wait,
        };
        Ok(match self {
            Self::Start(vms) => many(vms, VmCommand::Start),
            Self::Shutdown(vms) => many(vms, VmCommand::ShutDown),
            Self::Reboot(vms) => many(vms, VmCommand::Reboot),
            Self::Reset(vms) => many(vms, VmCommand::Reset),
            Self::ForceOff(vms) => many(vms, VmCommand::ForceOff),
            Self::Pause(vms) => many(vms, VmCommand::Pause),
            Self::Resume(vms) => many(vms, VmCommand::Resume),
            Self::Save(vms) => many(vms, VmCommand::Save),
            Self::DiscardSaved(vms) => many(vms, VmCommand::DiscardSaved),
            Self::Nmi(vms) => many(vms, VmCommand::SendNmi),
            Self::Autostart { to, vms } => many(
                vms,
                VmCommand::SetAutostart {
                    enabled: to == "on",
                },
            ),
            Self::Rename { vm, new, no_wait } => ActArguments {
                vms: vec![vm],
                what: What::Command(VmCommand::Rename { name: new }),
                no_wait,
            },
            Self::Edit {
                vm,
                title,
                description,
            } => ActArguments {
                vms: vec![vm],
                what: What::Command(VmCommand::EditText {
                    title,
                    description,
                    tags: None,
                }),
                no_wait: false,
            },
            Self::Tag { vm, changes } => ActArguments {
                vms: vec![vm],
                what: tags(&changes)?,
                no_wait: false,
            },
        })
    }
}

fn tags(changes: &[String]) -> Result<What, clap::Error> {
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for change in changes {
        match change.split_at_checked(1) {
            Some(("+", tag)) if !tag.is_empty() => add.push(tag.to_owned()),
            Some(("-", tag)) if !tag.is_empty() => remove.push(tag.to_owned()),
            Some(_) | None => {
                return Err(clap::Error::raw(
                    clap::error::ErrorKind::InvalidValue,
                    format!("‘{change}’ is neither +tag nor -tag\n"),
                ));
            }
        }
    }
    Ok(What::Tags { add, remove })
}

impl Subcommand for ActArguments {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        Act::augment_subcommands(command)
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Act::augment_subcommands_for_update(command)
    }

    fn has_subcommand(name: &str) -> bool {
        Act::has_subcommand(name)
    }
}

impl clap::FromArgMatches for ActArguments {
    fn from_arg_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
        Act::from_arg_matches(matches)?.into_arguments()
    }

    fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// About tasks.
#[derive(Debug, Subcommand)]
pub enum TaskCommand {
    /// The newest tasks.
    List {
        /// How many at the most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// One task.
    Show {
        /// Its id.
        id: String,
    },
    /// Cancels a task, also one that the window or another command runs.
    Cancel {
        /// Its id.
        id: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn tags_are_added_and_removed_by_sign() {
        let parse = |line: &str| Arguments::try_of(line.split(' ').map(OsString::from));
        let arguments = parse("innkeeperctl tag a/b +prod -old --json").expect("a right line");
        assert!(arguments.json, "a flag after the tags is still a flag");
        let Command::Act(ActArguments {
            what: What::Tags { add, remove },
            ..
        }) = arguments.command
        else {
            panic!("a tag command");
        };
        assert_eq!(
            (add, remove),
            (vec!["prod".to_owned()], vec!["old".to_owned()])
        );
        let error = parse("innkeeperctl tag a/b prod").expect_err("no sign");
        assert_eq!(error.exit_code(), 2);
    }
}
