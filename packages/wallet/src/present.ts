import { type Path, parseCredential, type View } from '@symbolon/credential'
import type { ClaimDescription } from '@symbolon/openid4vc'
import { overlap, placesOf } from './claims_path.ts'
import type { Outside } from './outside.ts'
import type { HeldCopy, HeldCredential, HeldKey } from './state/index.ts'

/** For whom: the verifier's identifier and its nonce. */
export interface Asked {
  readonly audience: string
  readonly nonce: string
  readonly paths: readonly Path[]
}

/** What is shown: the text, and every path that can be hidden and is not. */
export interface Presentation {
  readonly text: string
  readonly shown: readonly Path[]
}

/**
 * Makes a presentation of one copy that shows these claims and no other, bound to the audience by the holder's key where there is one.
 *
 * A claim of a group brings its whole group. Throws `CredentialError` or `SdJwtError` (`claim_not_there`) for a path that is not there.
 */
export async function present(
  { text, claims }: Pick<HeldCopy, 'text'> & Pick<HeldCredential, 'claims'>,
  key: HeldKey | undefined,
  asked: Asked,
  outside: Outside,
): Promise<Presentation> {
  const credential = await parseCredential(text, outside.primitives)
  const chosen = await credential.disclose(withGroups(asked.paths, claims, credential.view))
  const shown = chosen.view.disclosable
  if (key === undefined) return { text: chosen.toString(), shown }
  const { audience, nonce } = asked
  const unsigned = await chosen.bind({ audience, nonce, issuedAt: outside.now() }, key.algorithm)
  const signer = await outside.keys.signer(key.jwk, key.algorithm)
  return { text: unsigned.seal(await signer.sign(unsigned.input)), shown }
}

/**
 * These paths, and for each that touches a claim of a group the claims beside it of the same group, as far as the credential
 * has them: a group is shown together or not at all. In an array, only in the element that is asked for.
 */
export function withGroups(paths: readonly Path[], descriptions: readonly ClaimDescription[], { claims }: Pick<View, 'claims'>): Path[] {
  const grouped = descriptions.filter(({ group }) => group !== undefined)
  const touched = grouped.flatMap((description) =>
    placesOf(description.path, claims)
      .filter((place) => paths.some((path) => overlap(place, path)))
      .map((place) => ({ description, beside: place.slice(0, -1) })),
  )
  const members = touched.flatMap(({ description, beside }) =>
    grouped
      .filter((other) => other.group === description.group && sameParent(other.path, description.path))
      .flatMap((other) => placesOf([...beside, ...other.path.slice(-1)], claims)),
  )
  return [...new Map([...paths, ...members].map((path) => [JSON.stringify(path), path])).values()]
}

const sameParent = (one: Path, other: Path): boolean => JSON.stringify(one.slice(0, -1)) === JSON.stringify(other.slice(0, -1))
