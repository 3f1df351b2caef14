/** What stands behind `#`: which video, and the signature that opens it. Nothing of it ever reaches a server's log. */
export interface Link {
  /** `<prefix>/<video-id>`, also the key under which the last position is kept. */
  folder: string;
  /** The link's own name, where it has one: by it a link is taken back, and its views are counted. */
  id?: string;
  /** `Policy=…&Signature=…&Key-Pair-Id=…[&Hash-Algorithm=…]` */
  query: string;
  policy: Policy;
}

/** The conditions of the link, read from its own policy: for words, not for trust. */
export interface Policy {
  ends?: number;
  opens?: number;
  network?: string;
}

const NAMES = ['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'Expires'];
const VALUE = /^[A-Za-z0-9_~.-]+$/;
const ID = /^[a-z2-7]{10}$/;

/** The link in a page's fragment, or nothing when it was not copied whole. */
export function parseLink(fragment: string): Link | undefined {
  const [folder = '', query = ''] = plainText(fragment.replace(/^#/, '')).split(/\?(.*)/s);
  const parts = folder.split('/');
  const plain = parts.length >= 2 && parts.every((part) => /^[A-Za-z0-9._-]+$/.test(part) && !/^\.+$/.test(part));
  const all = query.split('&').map((pair) => pair.split(/=(.*)/s));
  const id = all.find(([name = '', value = '']) => name === 'l' && ID.test(value))?.[1];
  const pairs = all.filter(([name = '', value = '']) => NAMES.includes(name) && VALUE.test(value));
  const names = pairs.map(([name]) => name);
  const whole = ['Policy', 'Signature', 'Key-Pair-Id'].every((name) => names.includes(name));
  if (!plain || !whole) return undefined;
  const policy = pairs.find(([name]) => name === 'Policy')?.[1] ?? '';
  return { folder, id, query: pairs.map(([name, value]) => `${name}=${value}`).join('&'), policy: readPolicy(policy) };
}

/** Some mail programs write `~` as `%7E`. */
export function plainText(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/**
 * The address of a file of the video. Playlists carry the signature twice: CloudFront takes its own copy off. The link's name comes
 * first and once: the policy is held against what begins with it, and CloudFront leaves it where it is.
 */
export function address(link: Link, file: string): string {
  const name = link.id ? `l=${link.id}&` : '';
  const copies = file.endsWith('.m3u8') ? `${link.query.replace(/^|&/g, '$&cf-')}&` : '';
  return new URL(`/${link.folder}/${file}?${name}${copies}${link.query}`, location.origin).href;
}

interface Document {
  Statement?: {
    Condition?: {
      DateLessThan?: { 'AWS:EpochTime'?: number };
      DateGreaterThan?: { 'AWS:EpochTime'?: number };
      IpAddress?: { 'AWS:SourceIp'?: string };
    };
  }[];
}

/** CloudFront's Base64: `+ = /` are written `- _ ~`. */
function readPolicy(text: string): Policy {
  try {
    const base64 = text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/');
    const condition = (JSON.parse(atob(base64)) as Document).Statement?.[0]?.Condition;
    const network = condition?.IpAddress?.['AWS:SourceIp'];
    return {
      ends: condition?.DateLessThan?.['AWS:EpochTime'],
      opens: condition?.DateGreaterThan?.['AWS:EpochTime'],
      network: network === '0.0.0.0/0' ? undefined : network,
    };
  } catch {
    return {};
  }
}
