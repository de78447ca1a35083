import type { Language } from '@symbolon/credential'
import type { HttpAnswer } from '@symbolon/service'
import { PAGE_CODES, type PageCode } from './faults.ts'
import { type Content, type Html, html } from './html.ts'
import { WORDS } from './words/index.ts'

/** What stands around every page. */
export interface Frame {
  readonly language: Language
  /** The name of the institution. */
  readonly issuer: string
  /** The path below which the issuer answers. */
  readonly base: string
}

/** What a page asks a person to agree to. */
export interface Consent {
  /** What the wallet is called: by its registration, or by itself. */
  readonly wallet: string
  /** Where the answer of a registered wallet goes; undefined: nobody registered it. */
  readonly host: string | undefined
  readonly person: string | undefined
  readonly types: readonly { readonly name: string; readonly description: string }[]
  /** Names of types that were asked for and that the sources say nothing about. */
  readonly missing: readonly string[]
  /** For how long the wallet may come back without asking; undefined: it may not. */
  readonly renewalDays: number | undefined
  /** The names of `types`; both go back with the answer, which is for these and no others. */
  readonly shown: string
  readonly form: string
}

/** The question itself: who asks for what, what happens then, and two buttons. */
export function consentContent(frame: Frame, consent: Consent): { title: string; content: Html } {
  const words = WORDS[frame.language].consent
  const { wallet, host, person, types, missing, renewalDays, shown, form } = consent
  const content = html`${person !== undefined && html`<p>${words.signedInAs(person)}</p>\n`}<p>${words.asks(wallet)}</p>
<ul class="types">
${types.map(({ name, description }) => html`<li><strong>${name}</strong>${description}</li>\n`)}</ul>
${missing.length > 0 && html`<p>${words.nothingFor} ${missing.join(', ')}</p>\n`}<p class="note">${
    host === undefined ? words.notRegistered : words.registered(host)
  }</p>
<h2>${words.meaning}</h2>
<ul>
${words.means.map((sentence) => html`<li>${sentence}</li>\n`)}${renewalDays !== undefined && html`<li>${words.renewal(renewalDays)}</li>\n`}</ul>
<form method="post">
<input type="hidden" name="form" value="${form}">
<input type="hidden" name="types" value="${shown}">
<p class="actions"><button class="main" name="answer" value="yes">${words.agree}</button>
<button name="answer" value="no">${words.refuse}</button></p>
</form>`
  return { title: words.title, content }
}

/** Why nothing goes on here, and what to do; the code is for whoever is asked for help. */
export function faultPage(frame: Frame, code: PageCode): HttpAnswer {
  const { title, text, next } = WORDS[frame.language].faults[code]
  const content = html`<p>${text}</p>
<p>${next}</p>
<p><code>${code}</code></p>`
  return { ...page(frame, title, content), status: PAGE_CODES[code].status }
}

/**
 * A page: no script, in no frame, nothing from anywhere else, and no form of it leads anywhere but to us and, where one is named, to
 * the wallet's redirect address: browsers hold `form-action` against redirects too.
 */
export function page({ language, issuer, base }: Frame, title: string, content: Content, redirectUri?: string): HttpAnswer {
  const actions = ["'self'", ...(redirectUri === undefined ? [] : [formTarget(redirectUri)])].join(' ')
  const policy = `default-src 'none'; style-src 'self'; form-action ${actions}; base-uri 'none'; frame-ancestors 'none'`
  const { markup } = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${base}/authorize/style.css">
</head>
<body>
<header>${issuer}</header>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'content-language': language,
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    },
    text: markup,
  }
}

/** The one place a form may end up at besides ours (CSP level 3 section 2.3.1); an app's own scheme, and an IPv6 address, can only be named by their scheme. */
function formTarget(redirectUri: string): string {
  const { protocol, host, hostname } = new URL(redirectUri)
  return /^https?:$/.test(protocol) && !hostname.startsWith('[') ? `${protocol}//${host}` : protocol
}
