import { RefusedError } from '@symbolon/command-line'

/** Every code of the verifier's commands: where the rule stands, and what to do. Rows sorted by code. */
export const VERIFIER_CODES = {
  bundle_not_merged: { spec: 'specs/bundle.md', hint: 'do what stands with each file, or leave the file out' },
  bundle_of_other: { spec: 'verifier/README.md', hint: 'keep this one in another file with --out' },
  bundle_rollback: { spec: 'specs/bundle.md', hint: 'tell its issuer: somebody may be hiding a revocation' },
  bundle_too_large: { spec: 'specs/bundle.md', hint: 'do not use this source' },
  download_failed: { spec: 'verifier/README.md', hint: 'check the address and the network, or try again later' },
  download_not_text: { spec: 'verifier/README.md', hint: 'do not use this source: what it sends is no text' },
  download_redirected: { spec: 'verifier/README.md', hint: 'name the address that it really has' },
  download_too_large: { spec: 'verifier/README.md', hint: 'do not use this source' },
  download_too_slow: { spec: 'verifier/README.md', hint: 'try again later' },
  registry_answer_wrong: {
    spec: 'verifier/README.md',
    hint: 'compare the address, or try again later: it must be the root of registries of EBSI',
  },
  registry_root_unknown: {
    spec: 'verifier/README.md',
    hint: 'compare the DID of the root, which is neither that of an issuer nor that of an accreditor below it',
  },
  registry_too_large: { spec: 'verifier/README.md', hint: 'do not use this registry: none that is honest is so large' },
  verifier_unreachable: { spec: 'verifier/README.md', hint: 'start it with `symbolon-verifier serve`, or name its address with --url' },
} as const satisfies Record<string, { spec: string; hint: string }>

/** A refusal (exit 1) with the hint of its code. */
export const refused = (code: keyof typeof VERIFIER_CODES, message: string): RefusedError =>
  new RefusedError(code, message, VERIFIER_CODES[code].hint)
