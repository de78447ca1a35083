/** How every page of the authorization endpoint looks: one small sheet of our own, for light and dark, for narrow and wide. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --ground: #f1f3f6; --line: #8a8f98; --accent: #0b4fb3; --on-accent: #fff; --note: #fff6dd }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --paper: #202126; --ground: #131417; --line: #7d828c; --accent: #8ab4ff; --on-accent: #10131a; --note: #3a3217 }
}
* { box-sizing: border-box }
body { margin: 0; font: 1.0625rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
header, main { max-width: 38rem; margin: 0 auto; padding: 1rem 1.25rem }
header { padding: 1.75rem 1.5rem 1rem; font-weight: 600 }
main { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem 1.5rem 1.75rem; margin-bottom: 2rem }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25 }
h2 { margin: 1.5rem 0 .25rem; font-size: 1.0625rem }
p { margin: .5rem 0 }
ul { margin: .5rem 0; padding-left: 1.25rem }
li { margin: .35rem 0 }
.types { list-style: none; padding: 0 }
.types li { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem }
.types strong { display: block }
.note { background: var(--note); border-left: .25rem solid var(--line); padding: .6rem .9rem; border-radius: .25rem }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem }
.persons { list-style: none; padding: 0; display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)) }
.persons li { margin: 0 }
.persons button { width: 100%; text-align: left }
button { font: inherit; min-height: 2.75rem; padding: .5rem 1.1rem; border-radius: .5rem; border: 1px solid var(--accent); color: var(--accent); background: transparent; cursor: pointer }
button.main { color: var(--on-accent); background: var(--accent); font-weight: 600 }
button:hover { text-decoration: underline }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
code { font: .9em ui-monospace, monospace }
@media (max-width: 40rem) { main { border-radius: 0; border-left: 0; border-right: 0 } .actions button { flex: 1 1 12rem } }
`
