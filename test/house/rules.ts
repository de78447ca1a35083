import { posix } from 'node:path'
import { codesAreComplete, codesAreProven, codesComeFromTables } from './error_codes.ts'
import { file, isCode, isShipped, type Rule } from './rule.ts'
import { imports, place, type Source, withoutComments, withoutWords } from './tree.ts'

/** Height of each package; imports go down. Those of one height do not know each other. */
const HEIGHT: Readonly<Record<string, number>> = {
  'packages/sd-jwt': 0,
  'packages/credential': 1,
  'packages/ebsi': 2,
  'packages/openid4vc': 2,
  'packages/question': 3,
  'packages/wallet': 3,
  'packages/primitives': 4,
  'packages/command-line': 5,
  'packages/did-provider-ebsi': 5,
  'packages/service': 5,
  issuer: 6,
  verifier: 6,
  'wallet-cli': 6,
}

const PURE = ['packages/sd-jwt', 'packages/credential', 'packages/ebsi', 'packages/openid4vc', 'packages/question', 'packages/wallet']

const packageOf = (path: string): string => /^(packages\/[^/]+|[^/]+)/.exec(path)?.[1] ?? ''
const named = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
const folderOf = (name: string): string | undefined => Object.keys(HEIGHT).find((folder) => `@symbolon/${posix.basename(folder)}` === name)

/** Every match of a pattern in the shipped code of some packages, comments and plain strings left out. */
function uses(tree: readonly Source[], which: (source: Source) => boolean, pattern: RegExp): string[] {
  return tree
    .filter(which)
    .flatMap((source) =>
      [...withoutWords(source.text).matchAll(pattern)].map((match) => `${place(source, match.index)} uses ${match[0].trim()}`),
    )
}

const importsGoDown: Rule = {
  name: 'imports go down, and a package is imported by its name',
  faults: (tree) =>
    tree.filter(isCode).flatMap((source) => {
      const here = packageOf(source.path)
      return imports(source.text).flatMap((specifier) => {
        if (specifier.startsWith('.')) {
          const there = packageOf(posix.normalize(posix.join(posix.dirname(source.path), specifier)))
          // What stands in test/ is there for all tests.
          const isOpen = there === here || !(there in HEIGHT || here in HEIGHT) || (there === 'test' && !isShipped(source))
          return isOpen ? [] : [`${source.path} reaches through a wall: ${specifier}`]
        }
        const there = folderOf(named(specifier))
        if (specifier.startsWith('@symbolon/') && there === undefined) return [`${source.path} imports ${specifier}, which has no height`]
        if (there === undefined || !isShipped(source)) return []
        return (HEIGHT[there] ?? 9) < (HEIGHT[here] ?? -1) ? [] : [`${source.path} imports ${specifier}, which is not below it`]
      })
    }),
  broken: [
    [file('packages/sd-jwt/src/a.ts', "import type { View } from '@symbolon/credential'\n")],
    [file('packages/credential/src/a.ts', "import { primitives } from '@symbolon/primitives/node'\n")],
    [file('issuer/src/a.ts', "const { check } = await import('@symbolon/verifier')\n")],
    [file('issuer/src/a.ts', "import {\n  parse,\n} from '../../packages/sd-jwt/src/parse.ts'\n")],
    [file('test/a.test.ts', "import '../issuer/src/app.ts'\n")],
    [file('issuer/src/a.ts', "import '../../test/databases.ts'\n")],
    [file('issuer/test/a.test.ts', "import '../../verifier/test/world.ts'\n")],
    [file('packages/service/src/a.ts', "export * from '@symbolon/unheard-of'\n")],
  ],
}

const importsAreDeclared: Rule = {
  name: 'what a package imports it declares, in an exact version or for its user to choose, and what it declares it imports',
  faults: (tree) =>
    tree.flatMap((manifest) => {
      const here = packageOf(manifest.path)
      if (!(here in HEIGHT) || manifest.path !== `${here}/package.json`) return []
      const { dependencies, peerDependencies }: Record<string, Record<string, string> | undefined> = JSON.parse(manifest.text)
      const declared = { ...peerDependencies, ...dependencies }
      const sources = tree.filter((source) => isShipped(source) && packageOf(source.path) === here)
      const imported = new Set(
        sources
          .flatMap((source) => imports(source.text))
          .filter((name) => !/^(\.|node:)/.test(name))
          .map(named),
      )
      return [
        ...[...imported].filter((name) => !(name in declared)).map((name) => `${here} imports ${name} without declaring it`),
        ...Object.keys(declared)
          .filter((name) => !imported.has(name))
          .map((name) => `${here} declares ${name} and does not import it`),
        ...Object.entries(dependencies ?? {})
          .filter(([, version]) => !/^\d/.test(version))
          .map(([name]) => `${here} leaves the version of ${name} open`),
      ]
    }),
  broken: [
    [file('issuer/package.json', '{}'), file('issuer/src/a.ts', "import express from 'express'\n")],
    [file('issuer/package.json', '{ "dependencies": { "express": "5.3.0" } }')],
    [file('issuer/package.json', '{ "peerDependencies": { "express": "^5.3.0" } }')],
    [file('issuer/package.json', '{ "dependencies": { "@scope/a": "^5.3.0" } }'), file('issuer/src/a.ts', "import '@scope/a/deep'\n")],
  ],
}

const FROM_OUTSIDE =
  /\bprocess\b|\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bMath\.random\b|\bperformance\b|(?<![.\w])(?:globalThis|window|self|crypto|localStorage|console)\s*[.[]|(?<![.\w])fetch\s*\(|\bBuffer\b|\bset(?:Timeout|Interval|Immediate)\b|\brequire\s*\(|\bimport\.meta\b/g

const pureFloors: Rule = {
  name: 'the pure floors take clock, randomness, network and disk as arguments',
  faults: (tree) => {
    const pure = (source: Source): boolean => isShipped(source) && PURE.includes(packageOf(source.path))
    const modules = tree.filter(pure).flatMap(({ path, text }) => {
      return imports(text)
        .filter((name) => name.startsWith('node:'))
        .map((name) => `${path} imports ${name}`)
    })
    return [...modules, ...uses(tree, pure, FROM_OUTSIDE)]
  },
  broken: [
    "import { createHash } from 'node:crypto'",
    "export type { KeyObject } from 'node:crypto'",
    'const now = Date.now()',
    'const now = new Date()',
    'const salt = Math.random()',
    'const home = process.env.HOME',
    'const answer = await fetch(address)',
    'const bytes = Buffer.from(text)',
    'const salt = crypto.getRandomValues(bytes)',
    'setTimeout(refresh, 1000)',
    `const line = \`at $\{Date.now()}\``,
  ].map((line) => [file('packages/wallet/src/a.ts', `${line}\n`)]),
}

/** Identifiers that mean something to one entry of a family only, and where that entry lives. */
const FAMILY: Readonly<Record<string, readonly string[]>> = {
  'dc+sd-jwt': ['packages/credential/src/formats/sd_jwt_vc'],
  jwt_vc_json: ['packages/credential/src/formats/vc_jwt'],
  'vc+jwt': ['packages/credential/src/formats/vc_jwt'],
  'vp+jwt': ['packages/credential/src/formats/vc_jwt'],
  BitstringStatusListEntry: ['packages/credential/src/status/bitstring_status_list'],
  StatusList2021Entry: ['packages/credential/src/status/status_list_2021'],
  'kb+jwt': ['packages/credential/src/formats/sd_jwt_vc', 'packages/sd-jwt/src/'],
  'statuslist+jwt': ['packages/credential/src/status/'],
  'symbolon-bundle+jwt': ['packages/credential/src/bundle/'],
  'openid4vci-proof+jwt': ['packages/openid4vc/src/vci/proofs/jwt'],
  // The language of bricks lists the grants that a type may name.
  'urn:ietf:params:oauth:grant-type:pre-authorized_code': [
    'packages/openid4vc/src/oauth/grants/pre_authorized_code',
    'packages/credential/src/type/brick_language',
  ],
  authorization_code: ['packages/openid4vc/src/oauth/grants/authorization_code', 'packages/credential/src/type/brick_language'],
  refresh_token: [
    'packages/openid4vc/src/oauth/grants/refresh_token',
    'packages/openid4vc/src/oauth/token_response',
    'packages/credential/src/type/brick_language',
  ],
  'dpop+jwt': ['packages/openid4vc/src/oauth/dpop.ts'],
  Bearer: ['packages/openid4vc/src/oauth/token_schemes/bearer'],
  DPoP: ['packages/openid4vc/src/oauth/token_schemes/dpop'],
  private_key_jwt: ['packages/openid4vc/src/oauth/clients/private_key_jwt'],
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer': ['packages/openid4vc/src/oauth/clients/private_key_jwt'],
}

/** A short name decides something only where it is compared or looked up; elsewhere it may be another word. */
const DECIDES = /(?:[!=]==?|\bcase|\[|\b(?:has|get|is|startsWith|endsWith)\()\s*$|^\s*(?:[!=]==?|:\s*[^\n]*=>)/

const familiesKeepTheirNames: Rule = {
  name: "a family's identifiers stand in their own file, and no code is written for one credential type",
  faults: (tree) => {
    const bricks = tree.filter(({ path }) => /^specs\/credentials\/[^/]+\/credential\.json$/.test(path))
    const names = bricks.map(({ path }) => posix.basename(posix.dirname(path)))
    const homes: Record<string, readonly string[]> = { ...FAMILY }
    for (const { text } of bricks) {
      const { vct, types } = JSON.parse(text)
      homes[String(vct ?? types.at(-1))] = []
    }
    return tree.filter(isShipped).flatMap((source) => {
      const code = withoutComments(source.text)
      return [...code.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`/g)].flatMap((match) => {
        const text = match[1] ?? match[2] ?? match[3] ?? ''
        const end = match.index + match[0].length
        const decides = names.includes(text) && [code.slice(0, match.index), code.slice(end)].some((side) => DECIDES.test(side))
        const strays = Object.hasOwn(homes, text) && !homes[text]?.some((start) => source.path.startsWith(start))
        return decides || strays ? [`${place(source, match.index)} names ${text}`] : []
      })
    })
  },
  broken: [
    [file('issuer/src/a.ts', "if (format === 'dc+sd-jwt') sign()\n")],
    [
      file('specs/credentials/pda1/credential.json', '{ "vct": "urn:example:pda1" }'),
      file('issuer/src/a.ts', "const special = type.name === 'pda1'\n"),
    ],
    [
      file('specs/credentials/pda1/credential.json', '{ "vct": "urn:example:pda1" }'),
      file('packages/credential/src/a.ts', 'const special = new Set(["urn:example:pda1"])\n'),
    ],
    [
      file('specs/credentials/a1/credential.json', '{ "types": ["VerifiableCredential", "PortableA1"] }'),
      file('issuer/src/a.ts', "const special = type.vct === 'PortableA1'\n"),
    ],
  ],
}

const edgesStayAtTheEdge: Rule = {
  name: 'express only in app and http files; the environment only in config files',
  faults: (tree) => [
    ...tree
      .filter((source) => isShipped(source) && !/\/(app|http)[^/]*\.ts$/.test(source.path))
      .filter(({ text }) => imports(text).some((name) => named(name) === 'express'))
      .map(({ path }) => `${path} imports express`),
    ...uses(
      tree,
      (source) => isShipped(source) && !/\/src\/config\.ts$/.test(source.path),
      /\bprocess\s*\.\s*env\b|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/g,
    ),
  ],
  broken: [
    [file('issuer/src/issue.ts', "import type { Request } from 'express'\n")],
    [file('packages/service/src/log.ts', 'const level = process.env.LOG_LEVEL\n')],
    [file('packages/service/src/log.ts', 'const { env } = process\n')],
    [file('issuer/src/main.ts', 'start(process.env)\n')],
  ],
}

const smallFiles: Rule = {
  name: 'no file over 400 lines, no name that says nothing',
  faults: (tree) =>
    tree
      .filter((source) => isCode(source) || source.path === '.ci/run')
      .flatMap(({ path, text }) => {
        const lines = text.split('\n').length - 1
        const words = posix
          .basename(path)
          .toLowerCase()
          .split(/[^a-z]+/)
        const empty = path
          .toLowerCase()
          .split(/[^a-z]+/)
          .find((word) => /^(utils?|utilit(y|ies)|helpers?|common|misc|managers?)$/.test(word))
        return [
          ...(lines > 400 ? [`${path} has ${lines} lines`] : []),
          ...(empty === undefined ? [] : [`${path}: ${empty} says nothing`]),
          ...(words.length > 0 && /[A-Z]/.test(path) ? [`${path} is not in lower case`] : []),
        ]
      }),
  broken: [
    [file('issuer/src/app.ts', '\n'.repeat(401))],
    [file('issuer/src/string_utils.ts', '')],
    [file('packages/service/src/common/a.ts', '')],
    [file('issuer/src/offerStore.ts', '')],
  ],
}

/** What marks work that is not done; what silences the compiler or the linter; the last looks at code only, for `any` is also a word. */
const UNFINISHED: readonly [RegExp, string, (text: string) => string][] = [
  [/\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented|in a real system/i, 'unfinished work', (text) => text],
  [/\b(it|test|describe)\.(skip|todo|only|fails)\b/, 'a test that does not run or is meant to fail', withoutComments],
  [/@ts-(ignore|nocheck|expect-error)|biome-ignore/, 'a check silenced', (text) => text],
  [/:\s*any\b|\bas any\b|<any>/, 'a type given up', withoutWords],
]

const nothingUnfinished: Rule = {
  name: 'nothing unfinished, nothing silenced, no test left out',
  faults: (tree) =>
    tree
      .filter((source) => isCode(source) && !source.path.startsWith('test/house/'))
      .flatMap((source) =>
        UNFINISHED.flatMap(([pattern, what, part]) => {
          const match = pattern.exec(part(source.text))
          return match === null ? [] : [`${place(source, match.index)}: ${what} (${match[0]})`]
        }),
      ),
  broken: [
    [file('issuer/src/a.ts', '// TODO: check the nonce\n')],
    [file('issuer/test/a.test.ts', "test.skip('revokes', () => {})\n")],
    [file('issuer/src/a.ts', '// biome-ignore lint: later\n')],
    [file('issuer/src/a.ts', 'const row = answer as any\n')],
  ],
}

const noPlaceOfOneMachine: Rule = {
  name: 'no host of a package registry, no path of one machine; the lock file holds no address',
  faults: (tree) =>
    tree
      .filter(({ path }) => !path.startsWith('test/vectors/') && !path.startsWith('test/house/') && !path.endsWith('.svg'))
      .flatMap((source) => {
        const found = /\bregistry\.[a-z]+[.a-z]*\.[a-z]{2,}\b|(?:^|["'`( =])\/(?:root|home|work|tmp|Users)\/[a-z._]/m.exec(source.text)
        const address = source.path === 'package-lock.json' ? /"resolved":\s*"[a-z+]+:/.exec(source.text) : null
        return [found, address].flatMap((match) => (match === null ? [] : [`${place(source, match.index)}: ${match[0].trim()}`]))
      }),
  broken: [
    [file('.npmrc', `registry=https://${['registry', 'example', 'org'].join('.')}/\n`)],
    [file('README.md', 'Open /home/me/symbolon.\n')],
    [file('package-lock.json', '{ "a": {\n "resolved": "https://packages.example/a.tgz" } }\n')],
  ],
}

export const RULES: readonly Rule[] = [
  importsGoDown,
  importsAreDeclared,
  pureFloors,
  familiesKeepTheirNames,
  edgesStayAtTheEdge,
  smallFiles,
  nothingUnfinished,
  noPlaceOfOneMachine,
  codesAreComplete,
  codesComeFromTables,
  codesAreProven,
]
