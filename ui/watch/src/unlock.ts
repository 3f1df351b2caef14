/** What stands behind `#` of a link with a password: `locked.1.` and, as base64url, salt, initialisation vector and what is sealed. */
export interface Locked {
  salt: Uint8Array<ArrayBuffer>;
  iv: Uint8Array<ArrayBuffer>;
  sealed: Uint8Array<ArrayBuffer>;
}

const SALT = 16;
const IV = 12;
const TAG = 16;
/** A folder, a policy and the shortest signature take more than this: what is shorter was cut off. */
const SHORTEST = 300;
const ROUNDS = 600_000;

/** The parts of a locked link, or nothing where it was cut or changed on its way. */
export function parseLocked(fragment: string): Locked | undefined {
  const text = /^#locked\.1\.([\w-]+)$/.exec(fragment)?.[1];
  if (!text || text.length % 4 === 1) return undefined;
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  if (bytes.length < SALT + IV + SHORTEST + TAG) return undefined;
  return { salt: bytes.slice(0, SALT), iv: bytes.slice(SALT, SALT + IV), sealed: bytes.slice(SALT + IV) };
}

/** What was locked, or nothing where the password is another. */
export async function unlock({ salt, iv, sealed }: Locked, password: string): Promise<string | undefined> {
  // The same password from another keyboard, or copied with a space too many, is the same.
  const typed = password.normalize('NFKC').replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
  const { subtle } = crypto;
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
  try {
    const secret = await subtle.importKey('raw', new TextEncoder().encode(typed), 'PBKDF2', false, ['deriveKey']);
    const key = await subtle.deriveKey(derivation, secret, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
    return new TextDecoder().decode(await subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed));
  } catch {
    return undefined;
  }
}
