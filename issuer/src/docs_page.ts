import type { HttpAnswer, Route } from '@symbolon/service'

/** The page about the calls of the institution, where one can try them: our own script and style, nothing from anywhere else. */
export const documentation = (base: string): Route[] => [
  { method: 'GET', path: `${base}/docs`, handle: async () => asset('text/html; charset=utf-8', page(base)) },
  { method: 'GET', path: `${base}/docs/page.js`, handle: async () => asset('text/javascript; charset=utf-8', `(${script})()\n`) },
  { method: 'GET', path: `${base}/docs/page.css`, handle: async () => asset('text/css; charset=utf-8', STYLE) },
]

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const asset = (contentType: string, text: string): HttpAnswer => ({
  headers: { 'content-type': contentType, 'content-security-policy': POLICY, 'cache-control': 'no-cache' },
  text,
})

const page = (base: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Symbolon issuer: the calls of an institution</title>
<link rel="stylesheet" href="${base}/docs/page.css">
<h1>Symbolon issuer</h1>
<p id="about">Reading the description of the calls ...</p>
<p><label>Bearer token <input id="token" type="password" autocomplete="off"></label> It stays in this page and is gone when you leave it.</p>
<main id="calls" data-base="${base}"></main>
<script src="${base}/docs/page.js"></script>
</html>
`

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
section { border-top: 1px solid #767676; padding: 1rem 0 }
h2 { font-size: 1.1rem; margin: 0 }
code, pre, textarea { font: 14px/1.4 ui-monospace, monospace }
textarea { width: 100%; min-height: 7rem; box-sizing: border-box }
pre { background: #f2f2f2; padding: .75rem; overflow: auto; white-space: pre-wrap; word-break: break-all }
input { font: inherit }
:focus-visible { outline: 3px solid #0b5fff; outline-offset: 2px }
`

/** Runs in the page, and is handed over as text: it may use nothing but what it declares itself. */
async function script(): Promise<void> {
  interface Operation {
    summary: string
    description?: string
    security?: unknown[]
    parameters?: { name: string; in: string }[]
    requestBody?: { content: Record<string, { example?: unknown }> }
  }
  interface Description {
    info: { description: string }
    paths: Record<string, Record<string, Operation>>
  }
  const calls = document.querySelector<HTMLElement>('#calls')
  const about = document.querySelector('#about')
  const token = document.querySelector<HTMLInputElement>('#token')
  if (!calls || !about || !token) return
  const base = calls.dataset.base ?? ''
  const response = await fetch(`${base}/openapi.json`)
  const description: Description = await response.json()
  about.textContent = description.info.description
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(operations)) calls.append(section(method, path, operation))
  }

  function element<Name extends keyof HTMLElementTagNameMap>(name: Name, text = ''): HTMLElementTagNameMap[Name] {
    const made = document.createElement(name)
    made.textContent = text
    return made
  }

  function section(method: string, path: string, operation: Operation): HTMLElement {
    const [mediaType, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
    const fields = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => ({ name, input: element('input') }))
    const text = element('textarea')
    const send = element('button', 'Send')
    const answer = element('pre')
    const made = element('section')
    made.append(element('h2', `${method.toUpperCase()} ${path}`), element('p', operation.description ?? operation.summary))
    for (const { name, input } of fields) {
      const label = element('label', `${name} `)
      label.append(input)
      made.append(label, ' ')
    }
    if (body) {
      text.value = typeof body.example === 'string' ? body.example : JSON.stringify(body.example, null, 2)
      text.setAttribute('aria-label', 'body')
      made.append(text)
    }
    answer.setAttribute('role', 'status')
    made.append(send, answer)
    send.addEventListener('click', async () => {
      const address = fields.reduce((made, { name, input }) => made.replace(`{${name}}`, encodeURIComponent(input.value)), path)
      const headers: Record<string, string> = {}
      if (operation.security?.length && token) headers.authorization = `Bearer ${token.value}`
      if (mediaType) headers['content-type'] = mediaType
      answer.textContent = '...'
      try {
        const reply = await fetch(address, { method: method.toUpperCase(), headers, ...(body && { body: text.value }) })
        answer.textContent = `${reply.status} ${reply.statusText}\n${await reply.text()}`
      } catch {
        answer.textContent = 'no answer'
      }
    })
    return made
  }
}
