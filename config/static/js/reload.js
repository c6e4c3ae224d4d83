// A page that nobody works on, a screen on a wall or a task under way, is loaded anew after so many seconds:
// <meta name="reload" content="60">. Without scripts its <noscript> does it.
setTimeout(() => location.reload(), document.querySelector('meta[name="reload"]').content * 1000);
