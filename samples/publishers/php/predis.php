<?php
// With Predis (composer require predis/predis). Adds to the stream; see the last line for a channel.
require 'vendor/autoload.php';

$redis = new Predis\Client(getenv('REDIS_URL') ?: 'tcp://127.0.0.1:6379');

function message(string $command, array $values, ?string $host = null): string
{
    return json_encode(
        array_filter(['command' => $command, 'host' => $host, 'value' => $values, 'id' => bin2hex(random_bytes(16))]),
        JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR,
    );
}

// As a raw command, because the arguments of xadd() differ between Predis 1 and 2.
foreach ([message('purge', ['/news/42'], 'www.example.org'), message('xkey', ['article-42'])] as $message) {
    $redis->executeRaw(['XADD', 'towncrier', 'MAXLEN', '~', '100000', '*', 'message', $message]);
}
// $redis->publish('varnish.purge', message('xkey', ['article-42'])); // how many received it
