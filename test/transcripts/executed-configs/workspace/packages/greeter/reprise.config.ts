const greeting: string = process.env['GREETING'] ?? 'hello';

console.log(`the config greets with ${greeting}`);

export default () => ({ tasks: { greet: { command: `echo ${greeting}` } } });
