//! Which file names what of which other file, in one crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Attribute, File, Item, ItemUse, UseTree, Visibility};

/// Path of a module below the crate: `["engine", "driver"]`.
type Module = Vec<String>;

/// Every source below a folder.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// One `use`, taken apart: the name that it brings, and from where.
struct Import {
    name: String,
    path: Vec<String>,
    re_export: bool,
}

#[derive(Default)]
struct Source {
    imports: Vec<Import>,
    globs: Vec<Vec<String>>,
    items: BTreeSet<String>,
    /// Those of the items that do something: functions and macros.
    calls: BTreeSet<String>,
    /// Paths that the code names, the re-exports apart.
    named: BTreeSet<Vec<String>>,
}

/// A crate's files by their modules.
pub struct Crate {
    modules: BTreeMap<Module, Source>,
    files: BTreeMap<Module, String>,
}

impl Crate {
    /// Reads what lies below a folder with a `lib.rs` or a `main.rs`.
    pub fn read(folder: &Path) -> Self {
        let (mut modules, mut files) = (BTreeMap::new(), BTreeMap::new());
        for path in sources(folder) {
            let below = path.strip_prefix(folder).unwrap();
            let mut module: Module = below
                .with_extension("")
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect();
            // Where there is a library, the program beside it is another crate.
            if module == ["main"] && folder.join("lib.rs").exists() {
                continue;
            }
            if module == ["lib"] || module == ["main"] {
                module.clear();
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            modules.insert(module.clone(), Source::of(&parsed));
            files.insert(module, below.to_string_lossy().replace('\\', "/"));
        }
        Self { modules, files }
    }

    /// From file to file, by names below the folder.
    pub fn arrows(&self) -> BTreeSet<(String, String)> {
        let mut arrows = BTreeSet::new();
        for (module, source) in &self.modules {
            let imports = source.imports.iter().filter(|import| !import.re_export);
            let paths = imports.map(|import| &import.path).chain(&source.named);
            for (target, name) in paths.filter_map(|path| self.resolve(module, path, 0)) {
                // What a child takes of its parent's plain types is no way back up.
                let of_parent = module.starts_with(&target) && !self.modules[&target].calls.contains(&name);
                if target != *module && !(of_parent && target.len() < module.len()) {
                    arrows.insert((self.files[module].clone(), self.files[&target].clone()));
                }
            }
        }
        arrows
    }

    /// Sets of files that reach each other.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let arrows = self.arrows();
        let reach = |from: &String| {
            let mut seen = BTreeSet::new();
            let mut next = vec![from];
            while let Some(file) = next.pop() {
                for (_, to) in arrows.iter().filter(|(a, _)| a == file) {
                    if seen.insert(to) {
                        next.push(to);
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<_, _> = self.files.values().map(|file| (file, reach(file))).collect();
        let mut circles = BTreeSet::new();
        for (file, others) in reached.iter().filter(|(file, others)| others.contains(*file)) {
            let back = others.iter().filter(|other| reached[**other].contains(*file));
            circles.insert(back.map(|other| (*other).clone()).collect::<Vec<_>>());
        }
        circles.into_iter().collect()
    }

    /// The module whose file defines what a path names, and the item; `None` where that is another crate's, or a module itself.
    fn resolve(&self, from: &Module, path: &[String], depth: usize) -> Option<(Module, String)> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Module::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            _ => (from.clone(), path),
        };
        while rest.first().is_some_and(|part| part == "super") {
            at.pop()?;
            rest = &rest[1..];
        }
        let source = self.modules.get(&at)?;
        let name = rest.first()?;
        let inner: Module = at.iter().chain([name]).cloned().collect();
        if self.modules.contains_key(&inner) {
            let below: Vec<String> = ["self"]
                .into_iter()
                .map(str::to_owned)
                .chain(rest[1..].to_vec())
                .collect();
            return self.resolve(&inner, &below, depth);
        }
        if source.items.contains(name) {
            return Some((at, name.clone()));
        }
        // Imports may lead in a ring, and out of the crate.
        if depth > 20 {
            return None;
        }
        if let Some(import) = source.imports.iter().find(|import| import.name == *name) {
            let path: Vec<String> = import.path.iter().chain(&rest[1..]).cloned().collect();
            return self.resolve(&at, &path, depth + 1);
        }
        source.globs.iter().find_map(|glob| {
            let path: Vec<String> = glob.iter().chain(rest).cloned().collect();
            self.resolve(&at, &path, depth + 1)
        })
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute
                    .meta
                    .require_list()
                    .is_ok_and(|list| list.tokens.to_string() == "test"))
    })
}

impl Source {
    fn of(file: &File) -> Self {
        let mut source = Self::default();
        source.visit_file(file);
        source
    }

    fn flatten(&mut self, tree: &UseTree, before: &[String], re_export: bool) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.flatten(&path.tree, &with(path.ident.to_string()), re_export),
            UseTree::Group(group) => group
                .items
                .iter()
                .for_each(|tree| self.flatten(tree, before, re_export)),
            UseTree::Glob(_) => self.globs.push(before.to_vec()),
            UseTree::Name(name) if name.ident == "self" => self.imports.push(Import {
                name: before.last().cloned().unwrap_or_default(),
                path: before.to_vec(),
                re_export,
            }),
            UseTree::Name(name) => self.imports.push(Import {
                name: name.ident.to_string(),
                path: with(name.ident.to_string()),
                re_export,
            }),
            UseTree::Rename(rename) => self.imports.push(Import {
                name: rename.rename.to_string(),
                path: with(rename.ident.to_string()),
                re_export,
            }),
        }
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = match item {
            Item::Mod(one) => (&one.attrs, None),
            Item::Fn(one) => (&one.attrs, Some(&one.sig.ident)),
            Item::Struct(one) => (&one.attrs, Some(&one.ident)),
            Item::Enum(one) => (&one.attrs, Some(&one.ident)),
            Item::Trait(one) => (&one.attrs, Some(&one.ident)),
            Item::Type(one) => (&one.attrs, Some(&one.ident)),
            Item::Const(one) => (&one.attrs, Some(&one.ident)),
            Item::Static(one) => (&one.attrs, Some(&one.ident)),
            Item::Impl(one) => (&one.attrs, None),
            Item::Use(one) => (&one.attrs, None),
            Item::Macro(one) => (&one.attrs, one.ident.as_ref()),
            _ => return syn::visit::visit_item(self, item),
        };
        if is_test(attributes) {
            return;
        }
        self.items.extend(name.map(ToString::to_string));
        if matches!(item, Item::Fn(_) | Item::Macro(_)) {
            self.calls.extend(name.map(ToString::to_string));
        }
        syn::visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.flatten(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.named.insert(parts);
        syn::visit::visit_path(self, path);
    }

    /// What stands in a macro's brackets is no code yet: names joined by `::` are, all the same.
    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        let text = one.tokens.to_string().replace(" :: ", "::");
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        for word in text.split(|c: char| !is_name(c)).filter(|word| word.contains("::")) {
            self.named.insert(
                word.split("::")
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect(),
            );
        }
        // An enum that a macro writes is defined where the macro stands.
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            if word == "enum" || word == "struct" {
                self.items.extend(words.next().map(str::to_owned));
            }
        }
        syn::visit::visit_macro(self, one);
    }
}
